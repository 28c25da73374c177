import {expect, it} from 'vitest'
import type {MetricSource} from '../../src/metrics/source.js'
import {watchGuards} from '../../src/run/guards.js'
import type {RunEvent} from '../../src/run/record.js'
import type {Guard} from '../../src/scenarios/scenario.js'
import type {Clock} from '../../src/system/clock.js'

/** What is written down while a guard is asked for half a minute; `valueAt` answers, by the second. */
const notesOf = async (guard: Guard, valueAt: (second: number) => number | undefined): Promise<string[]> => {
  let nowMs = 0
  const over = new AbortController()
  const clock: Clock = {
    now: () => nowMs,
    sleep: async (ms, signal) => {
      nowMs += ms
      if (nowMs >= 30_000) over.abort(new Error('over'))
      signal?.throwIfAborted()
    },
  }
  const value = (atMs: number) => valueAt(atMs / 1000)
  const metrics = {
    query: async (_: string, atMs: number) => {
      const now = value(atMs)
      return {answers: now === undefined ? [] : [{labels: {}, value: now}], warnings: []}
    },
  } as unknown as MetricSource // Guards only ask.
  const events: RunEvent[] = []
  const record = (event: RunEvent): void => void events.push(event)
  const watch = {guards: [guard], metrics, judge: () => 'ok' as const, clock, signal: over.signal, record}
  await expect(watchGuards(watch)).rejects.toThrow('over')
  return events.map((event) => ('message' in event ? event.message : event.event))
}

const errors: Guard = {name: 'errors', stopWhen: 'sum(errors)', above: 1, forMs: 0}

it('tells once of a guard that has had nothing to judge for ten seconds', async () => {
  const notes = await notesOf(errors, () => undefined)
  expect(notes).toEqual(['guard "errors" has had nothing to judge so far: no series answers sum(errors)'])
})

it('says nothing of a guard that has had an answer, or of an alert that is silent', async () => {
  expect(await notesOf(errors, (second) => (second > 8 ? 0 : undefined))).toEqual([])
  expect(await notesOf({...errors, alert: 'Hot'}, () => undefined)).toEqual([])
})

it('looks at each guard by itself, whatever becomes of the answer to another', async () => {
  const over = new AbortController()
  const clock: Clock = {
    now: () => 0,
    sleep: async (_, signal) => signal?.throwIfAborted(),
  }
  const silent: Guard = {name: 'silent', stopWhen: 'hangs', above: 1, forMs: 0}
  const metrics = {
    query: async (expression: string, _: number, signal: AbortSignal) =>
      expression === 'hangs'
        ? await new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason), {once: true})
          })
        : {answers: [{labels: {}, value: 2}], warnings: []},
  } as unknown as MetricSource // Guards only ask.
  const judge = (guard: Guard) => (guard === errors ? ('tripped' as const) : ('ok' as const))
  const watch = {guards: [silent, errors], metrics, judge, clock, signal: over.signal, record: () => {}}
  await expect(watchGuards(watch)).rejects.toThrow('guard "errors" tripped')
  over.abort(new Error('over'))
})
