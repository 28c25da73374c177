import {setTimeout as delay} from 'node:timers/promises'
import {expect, it} from 'vitest'
import {agendaOf} from '../../../src/engines/pacer/agenda.js'
import {arrivalsOf} from '../../../src/engines/pacer/arrivals.js'
import {startPace} from '../../../src/engines/pacer/pace.js'
import {constantRate} from '../../fakes/engine-plan.js'

/** A pace over real timers, and what it announced, in order. */
const record = (ratePerSecond: number, durationMs: number) => {
  const startMs = performance.now()
  const now = (): number => performance.now() - startMs
  const announced: {what: 'due' | 'second' | 'plan'; number: number; nowMs: number; atMs: number}[] = []
  let isOver = (): void => {}
  const over = new Promise<void>((resolve) => {
    isOver = resolve
  })
  const pace = startPace(agendaOf([arrivalsOf(constantRate(ratePerSecond, durationMs))]), durationMs, {
    now,
    due: (_stream, number, atMs) => announced.push({what: 'due', number, atMs, nowMs: now()}),
    secondPassed: (number) =>
      announced.push({what: 'second', number, atMs: (number + 1) * 1000, nowMs: now()}),
    planPassed: () => {
      announced.push({what: 'plan', number: 0, atMs: durationMs, nowMs: now()})
      isOver()
    },
  })
  return {announced, over, pace}
}

it('the pace announces every arrival once, in order and never early, then its second, then the end', async () => {
  const {announced, over, pace} = record(200, 1000)
  await over
  pace.stop()
  expect(announced.filter(({what}) => what === 'due').map(({number}) => number)).toEqual(
    Array.from({length: 200}, (_, n) => n),
  )
  expect(announced.slice(200).map(({what}) => what)).toEqual(['second', 'plan'])
  expect(announced.every(({nowMs, atMs}) => nowMs >= atMs)).toBe(true)
})

it('the pace catches up at once after the thread was held up', async () => {
  const {announced, over, pace} = record(100, 600)
  await delay(100)
  const heldUntil = performance.now() + 250
  while (performance.now() < heldUntil);
  const before = announced.length
  await delay(50)
  expect(announced.length - before).toBeGreaterThan(20)
  await over
  pace.stop()
  expect(announced.filter(({what}) => what === 'due')).toHaveLength(60)
})

it('a stopped pace announces nothing more', async () => {
  const {announced, pace} = record(200, 10_000)
  await delay(100)
  pace.stop()
  pace.stop()
  const before = announced.length
  await delay(100)
  expect(announced).toHaveLength(before)
})
