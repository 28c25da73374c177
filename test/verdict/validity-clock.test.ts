import {describe, expect, it} from 'vitest'
import type {RunEvent, RunRecord} from '../../src/run/record.js'
import {at, failedChecks, verdictOf} from '../fakes/record-judged.js'

const withReading =
  (event: RunEvent) =>
  (record: RunRecord): void => {
    record.events = [event, ...record.events]
  }

describe('clocks', () => {
  const reading = (aheadMs: number, withinMs = 5, dated?: true): RunEvent => ({
    ...at(0),
    event: 'clock',
    source: 'prometheus',
    aheadMs,
    withinMs,
    ...(dated && {dated}),
  })

  it.each([
    [30_000, 5, ['clocks agree']],
    [-30_000, 5, ['clocks agree']],
    [600, 5, ['clocks agree']],
    [450, 5, []],
    [3000, 2800, []],
  ])('that is %d ms ahead, give or take %d ms', (aheadMs, withinMs, checks) => {
    expect(failedChecks(verdictOf(withReading(reading(aheadMs, withinMs))))).toEqual(checks)
  })

  it.each([
    [2_000, ['clocks agree']],
    [450, []],
    [-30_000, []],
  ])('read off samples that are dated %d ms ahead are wrong only when they are ahead', (aheadMs, checks) => {
    const verdict = verdictOf(withReading(reading(aheadMs, 5, true)))
    expect(failedChecks(verdict)).toEqual(checks)
    const {message = ''} = verdict.validity.find(({name}) => name === 'clocks agree') ?? {}
    expect(message).not.toMatch(/at most 30s from ours/)
  })
})
