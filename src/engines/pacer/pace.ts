import type {Agenda} from './agenda.js'

/** A millisecond's work at the highest rates. */
const mostAtOnce = 64

/** What the pace drives. Times are milliseconds since the start of the run. */
export interface PaceSteps {
  /** Time since the start; negative before it. */
  now(): number
  /** Arrival `n` of a stream is due. Never called before its time. */
  due(stream: number, n: number, atMs: number): void
  /** This second is over by the clock; some of what was due in it may still wait. Goes on until the pace is stopped. */
  secondOver(index: number): void
  /** This second is over, and all that was due in it was announced. Goes on until the pace is stopped. */
  secondPassed(index: number): void
  /** All was announced and the plan's last millisecond has passed. */
  planPassed(): void
}

/** A running pace. */
export interface Pace {
  /** Announces nothing more; works twice. */
  stop(): void
}

/**
 * Announces each arrival at its time, whatever became of the ones before: the open loop.
 *
 * A plain timer, re-armed for the next thing due, announces everything that fell due since it last fired. Node's
 * timers fire on whole milliseconds of the loop's clock, so an arrival waits for the next one, 0.5 ms on average,
 * plus what the thread does meanwhile. Spinning through the last millisecond would remove that half millisecond and
 * cost a whole core, on a machine that the target under test may share; the lateness is reported every second instead,
 * and is part of the latency, which counts from the intended time.
 *
 * After a hold-up much is due at once. It is announced in batches, and between two of them the loop reads what has come
 * in: answers that are already there free their connections for what is sent next. Without that, 50 ms of garbage
 * collection at 40,000/s would open 2,000 connections, which takes longer than the 50 ms did, and so on.
 */
export const startPace = (agenda: Agenda, endMs: number, steps: PaceSteps): Pace => {
  let second = 0
  let over = 0
  let passed = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let soon: NodeJS.Immediate | undefined

  const announce = (stream: number, n: number, atMs: number): void => steps.due(stream, n, atMs)

  /** Announces a batch of what is due by now, and passes the seconds that end with it; says whether that was all. */
  const catchUp = (now: number): boolean => {
    for (let left = mostAtOnce; !stopped; ) {
      const endOfSecond = (second + 1) * 1000
      const nextMs = agenda.nextMs()
      if (nextMs <= now && nextMs < endOfSecond) {
        if (left-- === 0) return false
        agenda.take(announce)
      } else if (endOfSecond <= now) {
        if (over === second) steps.secondOver(over++)
        steps.secondPassed(second++)
      } else break
    }
    return true
  }

  const tick = (): void => {
    const now = steps.now()
    if (!catchUp(now)) {
      while ((over + 1) * 1000 <= now) steps.secondOver(over++)
      soon = setImmediate(tick)
      return
    }
    if (now >= endMs && !passed && !stopped) {
      passed = true
      steps.planPassed()
    }
    if (stopped) return
    const wakeMs = Math.min(agenda.nextMs(), (second + 1) * 1000, passed ? Number.POSITIVE_INFINITY : endMs)
    // Rounded down: a timer may fire late, and firing early only means to look at the clock once more.
    timer = setTimeout(tick, Math.max(1, Math.floor(wakeMs - steps.now())))
  }

  timer = setTimeout(tick, Math.max(1, Math.floor(-steps.now())))
  return {
    stop: () => {
      stopped = true
      clearTimeout(timer)
      clearImmediate(soon)
    },
  }
}
