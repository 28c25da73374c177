import type {ServiceName} from '../contract.js'
import {systemClock} from '../service/clock.js'
import {readConfig} from '../service/config.js'
import type {CreateService} from '../service/context.js'
import {createLog} from '../service/log.js'
import {rememberedSwitches} from '../service/remembered-switches.js'
import {runService} from '../service/run.js'

/** Loaded only when it is the one to run: the others' libraries cost memory and start-up time. */
const services: Record<ServiceName, () => Promise<{create: CreateService}>> = {
  edge: () => import('./edge.js'),
  gateway: () => import('./gateway.js'),
  catalog: () => import('./catalog.js'),
  order: () => import('./order.js'),
  inventory: () => import('./inventory.js'),
  payment: () => import('./payment.js'),
  psp: () => import('./psp.js'),
}

const config = readConfig(process.env)
const log = createLog({
  service: config.service,
  replica: config.replica,
  level: 'warn',
  write: (line) => process.stdout.write(line),
})

// The supervisor holds the other end: without it nobody would ever end this process.
process.on('disconnect', () => process.exit(0))
// The supervisor may go first, and its end of the pipe with it.
process.stdout.on('error', () => {})
// Ctrl-C in a terminal reaches every process of the group; only the supervisor decides when a service ends.
process.on('SIGINT', () => {})
// The first process of a container is not ended by a signal that it does not listen for.
let end = (): void => process.exit(0)
process.once('SIGTERM', () => end())

const {create} = await services[config.service]()
const switches = {...config.switches, ...(await rememberedSwitches(config, log))}
const running = await runService(create, {...config, switches}, {clock: systemClock, log})
end = () => {
  void running.stop().finally(() => process.exit(0))
}
