import {type Clock, sleep} from '../service/clock.js'
import type {Switchboard} from '../supervisor/switchboard.js'
import type {Fleet} from './fleet.js'

const lookEveryMs = 1000
const limitMs = 60_000

/** Tells the pods that were not ready when switches were set, as soon as they are, or for a minute. */
export const tellLatecomers = (fleet: Fleet, switchboard: Switchboard, clock: Clock): (() => void) => {
  let waiting = new Set<string>()
  let looking = false

  const look = async (): Promise<void> => {
    await fleet.refresh().catch(() => {})
    const replicas = fleet.replicas().filter(({name}) => waiting.has(name))
    const ready = replicas.filter((replica) => replica.isReady())
    await Promise.all(ready.map((replica) => switchboard.catchUp(replica)))
    waiting = new Set(replicas.filter((replica) => !ready.includes(replica)).map(({name}) => name))
  }

  const keepLooking = async (): Promise<void> => {
    if (looking) return
    looking = true
    const deadline = clock.now() + limitMs
    while (waiting.size > 0 && clock.now() < deadline) {
      await sleep(clock, lookEveryMs)
      await look()
    }
    looking = false
  }

  return () => {
    for (const replica of fleet.replicas()) if (!replica.isReady()) waiting.add(replica.name)
    void keepLooking()
  }
}
