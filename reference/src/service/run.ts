import {once} from 'node:events'
import type {ServiceConfig} from '../contract.js'
import {type Clock, sleep} from './clock.js'
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

const usualNoticeMs = 600
const finishMs = 2_000

/** Builds a service and listens. Used by the process entry and by tests, which run several in one process. */
export const runService = async (
  create: CreateService,
  config: ServiceConfig,
  {clock, log}: {clock: Clock; log: Log},
): Promise<RunningService> => {
  const context = createContext(config, clock, log)
  const service = create(context)
  const {host = '127.0.0.1', noticeMs = usualNoticeMs} = config
  let draining = false
  let noticed = false
  const leave = async (): Promise<void> => {
    if (!context.switches.isOn('shutdown.drain')) return
    draining = true
    await sleep(clock, noticeMs)
    noticed = true
  }
  const server = createServiceServer({
    routes: service.routes,
    metrics: context.metrics,
    switches: context.switches,
    log,
    whyNotReady: service.whyNotReady,
    isDraining: () => draining,
    leave,
  })
  server.listen(config.port, host)
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : config.port,
    stop: async () => {
      draining = true
      // Who was asked to leave before it is told to end has given its notice.
      if (context.switches.isOn('shutdown.drain'))
        await drain({server, clock, noticeMs: noticed ? 0 : noticeMs, finishMs})
      server.close()
      server.closeAllConnections()
      await service.close()
    },
  }
}
