import {type Clock, sleep} from '../service/clock.js'
import type {Switchboard, SwitchedReplica} from '../supervisor/switchboard.js'
import type {Fleet} from './fleet.js'

const lookEveryMs = 1000
const limitMs = 60_000

/** Tells the pods that were not ready when switches were set, as soon as they are, or for a minute after that. */
export const tellLatecomers = (
  fleet: Fleet,
  switchboard: Pick<Switchboard, 'catchUp'>,
  clock: Clock,
): (() => void) => {
  const waiting = new Set<string>()
  let deadline = 0
  let looking = false

  const tell = async (replica: SwitchedReplica): Promise<void> => {
    // Before it is told: what is set meanwhile puts it back among those that wait.
    waiting.delete(replica.name)
    if (!(await switchboard.catchUp(replica))) waiting.add(replica.name)
  }

  const look = async (): Promise<void> => {
    const asked = [...waiting]
    // When the API server does not answer, those of the last look are told.
    const isFresh = await fleet.refresh().then(
      () => true,
      () => false,
    )
    const replicas = fleet.replicas()
    const ready = replicas.filter((replica) => waiting.has(replica.name) && replica.isReady())
    await Promise.all(ready.map(tell))
    const there = new Set(replicas.map(({name}) => name))
    if (isFresh) for (const name of asked) if (!there.has(name)) waiting.delete(name)
  }

  const keepLooking = async (): Promise<void> => {
    if (looking) return
    looking = true
    while (waiting.size > 0 && clock.now() < deadline) {
      await sleep(clock, lookEveryMs)
      await look()
    }
    looking = false
  }

  return () => {
    for (const replica of fleet.replicas()) if (!replica.isReady()) waiting.add(replica.name)
    deadline = clock.now() + limitMs
    void keepLooking()
  }
}
