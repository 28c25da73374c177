import {connectToxiproxy} from '../../clients/toxiproxy.js'
import {messageOf} from '../../errors.js'
import {toxicRemedy, undoToxic} from '../../faults/edges/toxic-undo.js'
import type {Target} from '../../scenarios/target.js'
import {systemClock} from '../../system/clock.js'
import {runIdOf} from '../../system/run-name.js'
import {openWorld} from '../open-world.js'
import {undoLimitMs, undoWithin} from './undo-limit.js'
import type {Residual} from './undo-stack.js'

/** A toxic named as ours of which no journal here tells: its run's state directory is lost, or elsewhere. */
export interface Orphan {
  proxy: string
  toxic: string
  type: string
  runId: string
}

/** Lists the toxics of runs other than those `known`. Throws EnvironmentError when the Toxiproxy does not answer. */
export const findOrphans = async (url: string, known: ReadonlySet<string>): Promise<Orphan[]> => {
  const proxies = Object.values(await connectToxiproxy(url).proxies())
  return proxies.flatMap(({name, toxics}) =>
    toxics.flatMap(({name: toxic, type}) => {
      const runId = runIdOf(toxic)
      return runId === undefined || known.has(runId) ? [] : [{proxy: name, toxic, type, runId}]
    }),
  )
}

/** A target of which nothing is known but its Toxiproxy. */
const bareTarget = (url: string): Target => ({
  name: url,
  endpoints: {},
  toxiproxy: {url},
  edges: {},
  workloads: {},
  metrics: {kind: 'scrape', intervalMs: 1_000, targets: []},
  data: {},
})

/** Takes an orphan out as its own run would have, and reads back that it is gone; resolves to what is left of it. */
export const removeOrphan = async (
  {proxy, toxic, runId}: Orphan,
  url: string,
  note: (message: string) => void,
): Promise<Residual[]> => {
  const target = bareTarget(url)
  const inverse = {toxic, proxies: [proxy], reopen: [], healthyMs: {}, before: {}}
  try {
    const found = Object.values(await connectToxiproxy(url).proxies())
    const world = {...openWorld(target, runId, systemClock, new AbortController().signal), found, note}
    await undoWithin(undoLimitMs, (signal) => undoToxic(inverse, {...world, signal}))
    return []
  } catch (cause) {
    return [{fault: toxic, message: messageOf(cause), remedy: toxicRemedy(inverse, target)}]
  }
}
