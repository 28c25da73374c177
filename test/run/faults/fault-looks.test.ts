import {describe, expect, it} from 'vitest'
import {levelsOf} from '../../../src/plan/envelope.js'
import {levelAt} from '../../../src/plan/strength.js'
import {lookTimes} from '../../../src/run/faults/fault-looks.js'
import type {Envelope} from '../../../src/scenarios/scenario.js'
import {plannedFault} from '../../fakes/run-parts.js'

const fault = (lengthMs: number, envelope?: Envelope) => {
  const [startMs, endMs] = [10_000, 10_000 + lengthMs]
  const levels = envelope ? {levels: levelsOf(envelope, startMs, endMs)} : {}
  return plannedFault({startMs, endMs, ...levels})
}

const offsets = (planned: ReturnType<typeof fault>, appliedMs = 10_000): number[] =>
  lookTimes(planned, appliedMs).map(({atMs}) => Math.round(atMs - 10_000))

describe('the times to look at a fault', () => {
  it.each<[string, number, Envelope | undefined, number[]]>([
    ['constant', 30_000, undefined, [1_500, 27_000]],
    ['constant and short', 1_000, undefined, [500, 750]],
    ['a ramp', 30_000, {kind: 'ramp', upMs: 10_000, downMs: 5_000}, [10_500, 22_500]],
    ['pulses', 20_000, {kind: 'pulse', everyMs: 5_000, onMs: 4_000}, [1_500, 6_500, 11_500, 16_500, 17_750]],
    ['short pulses', 6_000, {kind: 'pulse', everyMs: 2_000, onMs: 600}, [300, 2_300, 4_300, 4_450]],
  ])('%s', (_, lengthMs, envelope, expected) => {
    expect(offsets(fault(lengthMs, envelope))).toEqual(expected)
  })

  it.each<Envelope>([
    {kind: 'oscillate', periodMs: 4_000, low: 0},
    {kind: 'oscillate', periodMs: 20_000, low: 0.2},
    {kind: 'pulse', everyMs: 1_000, onMs: 500},
    {kind: 'ramp', upMs: 30_000, downMs: 30_000},
  ])('are when it is strong, a handful at most: %j', (envelope) => {
    const planned = fault(60_000, envelope)
    const looks = lookTimes(planned, planned.startMs)
    expect(looks.length).toBeGreaterThan(0)
    expect(looks.length).toBeLessThanOrEqual(7)
    for (const {atMs} of looks) expect(levelAt(planned.levels ?? [], atMs)).toBeGreaterThan(0.85)
  })

  it('leave out what was over before the fault was in force, and begin with the rest', () => {
    const pulses = fault(20_000, {kind: 'pulse', everyMs: 5_000, onMs: 4_000})
    expect(offsets(pulses, 17_000)).toEqual([8_000, 11_500, 16_500, 17_750])
    expect(offsets(fault(30_000), 45_000)).toHaveLength(2)
  })
})
