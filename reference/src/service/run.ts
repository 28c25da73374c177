import {once} from 'node:events'
import type {ServiceConfig} from '../contract.js'
import type {Clock} from './clock.js'
import {type CreateService, createContext} from './context.js'
import {drain} from './drain.js'
import type {Log} from './log.js'
import {createServiceServer} from './server.js'

export interface RunningService {
  /** The port it listens on. */
  port: number
  /** Drains if the switch says so; resolves when nothing of it is left. */
  stop(): Promise<void>
}

const noticeMs = 600
const finishMs = 2_000

/** Builds a service and listens. Used by the process entry and by tests, which run several in one process. */
export const runService = async (
  create: CreateService,
  config: ServiceConfig,
  {clock, log}: {clock: Clock; log: Log},
): Promise<RunningService> => {
  const context = createContext(config, clock, log)
  const service = create(context)
  let draining = false
  const server = createServiceServer({
    routes: service.routes,
    metrics: context.metrics,
    switches: context.switches,
    log,
    whyNotReady: service.whyNotReady,
    isDraining: () => draining,
  })
  server.listen(config.port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : config.port,
    stop: async () => {
      draining = true
      if (context.switches.isOn('shutdown.drain')) await drain({server, clock, noticeMs, finishMs})
      server.close()
      server.closeAllConnections()
      await service.close()
    },
  }
}
