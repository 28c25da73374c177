import {setTimeout as delay} from 'node:timers/promises'
import {expect, it} from 'vitest'
import {agendaOf} from '../../../src/engines/pacer/agenda.js'
import {arrivalsOf} from '../../../src/engines/pacer/arrivals.js'
import {startPace} from '../../../src/engines/pacer/pace.js'
import {constantRate} from '../../fakes/engine-plan.js'

/** A pace over real timers, and what it announced, in order. */
const record = (ratePerSecond: number, durationMs: number, onDue: (announced: number) => void = () => {}) => {
  const startMs = performance.now()
  const now = (): number => performance.now() - startMs
  const announced: {what: 'due' | 'over' | 'second' | 'plan'; number: number; nowMs: number; atMs: number}[] =
    []
  let isOver = (): void => {}
  const over = new Promise<void>((resolve) => {
    isOver = resolve
  })
  const pace = startPace(agendaOf([arrivalsOf(constantRate(ratePerSecond, durationMs))]), durationMs, {
    now,
    due: (_stream, number, atMs) => onDue(announced.push({what: 'due', number, atMs, nowMs: now()})),
    secondOver: (number) => announced.push({what: 'over', number, atMs: (number + 1) * 1000, nowMs: now()}),
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
  expect(announced.slice(200).map(({what}) => what)).toEqual(['over', 'second', 'plan'])
  expect(announced.every(({nowMs, atMs}) => nowMs >= atMs)).toBe(true)
})

it('the pace catches up at once after the thread was held up', async () => {
  const {announced, over, pace} = record(100, 1500)
  await delay(100)
  const heldUntil = performance.now() + 250
  while (performance.now() < heldUntil);
  const before = announced.length
  await delay(50)
  expect(announced.length - before).toBeGreaterThan(20)
  await over
  pace.stop()
  expect(announced.filter(({what}) => what === 'due')).toHaveLength(150)
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

it('what came in is read while much is due at once, and seconds are over by the clock', async () => {
  // A thread that needs 0.4 ms for each of 4000 arrivals a second is 60 % late at the end of the second.
  const busyMs = 0.4
  const {announced, over, pace} = record(4000, 1000, () => {
    const until = performance.now() + busyMs
    while (performance.now() < until);
  })
  let turns = 0
  const count = (): void => {
    turns++
    immediate = setImmediate(count)
  }
  let immediate = setImmediate(count)
  await over
  clearImmediate(immediate)
  pace.stop()
  expect(announced.filter(({what}) => what === 'due')).toHaveLength(4000)
  expect(turns).toBeGreaterThan(4000 / 64 / 2)
  const whats = announced.map(({what}) => what)
  expect(whats.indexOf('over')).toBeLessThan(whats.lastIndexOf('due'))
  expect(whats.indexOf('second')).toBeGreaterThan(whats.lastIndexOf('due'))
})
