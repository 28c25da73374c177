import type {Agenda} from './agenda.js'

/** What the pace drives. Times are milliseconds since the start of the run. */
export interface PaceSteps {
  /** Time since the start; negative before it. */
  now(): number
  /** Arrival `n` of a stream is due. Never called before its time. */
  due(stream: number, n: number, atMs: number): void
  /** This whole second has passed, and all that was due in it was announced. Goes on until the pace is stopped. */
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
 */
export const startPace = (agenda: Agenda, endMs: number, steps: PaceSteps): Pace => {
  let second = 0
  let passed = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  const announce = (stream: number, n: number, atMs: number): void => steps.due(stream, n, atMs)
  const announceWhile = (isDue: (ms: number) => boolean): void => {
    while (isDue(agenda.nextMs()) && !stopped) agenda.take(announce)
  }

  const tick = (): void => {
    const now = steps.now()
    for (let endOfSecond = (second + 1) * 1000; endOfSecond <= now && !stopped; endOfSecond += 1000) {
      announceWhile((ms) => ms < endOfSecond)
      if (!stopped) steps.secondPassed(second++)
    }
    announceWhile((ms) => ms <= now)
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
    },
  }
}
