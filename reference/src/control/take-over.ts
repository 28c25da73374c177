import {type Clock, sleep} from '../service/clock.js'
import type {Switchboard} from '../supervisor/switchboard.js'
import type {Fleet} from './fleet.js'
import type {SwitchMemory} from './switch-memory.js'

const limitMs = 10_000
const pauseMs = 500

/** The API server may be away just when this pod starts: without what was set, we would tell services the wrong thing. */
const patiently = async <T>(clock: Clock, read: () => Promise<T>): Promise<T> => {
  const deadline = clock.now() + limitMs
  for (;;) {
    try {
      return await read()
    } catch (cause) {
      if (clock.now() >= deadline) throw cause
      await sleep(clock, pauseMs)
    }
  }
}

/**
 * Takes up what was set before this process began, and tells the pods that started while nobody answered them. Throws when
 * the API server does not say within 10 s what was set: the kubelet starts us again.
 */
export const takeOver = async (
  memory: SwitchMemory,
  {fleet, switchboard, onChange}: {fleet: Fleet; switchboard: Switchboard; onChange(): void},
  clock: Clock,
): Promise<void> => {
  switchboard.takeUp(await patiently(clock, () => memory.read()))
  await patiently(clock, () => fleet.refresh())
  const ready = fleet.replicas().filter((replica) => replica.isReady())
  await Promise.all(ready.map((replica) => switchboard.catchUp(replica)))
  onChange()
}
