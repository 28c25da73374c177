import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../src/run/record.js'
import type {RecoveryObjective} from '../../src/scenarios/scenario.js'
import {at, one, ratio, verdictOf} from '../fakes/record-judged.js'

const total = 'http_requests_total{job="edge"}'
const warned =
  (about?: string[]) =>
  ({events}: RunRecord): void => {
    const message = 'Prometheus warns about http_requests_total: a store did not answer'
    events.push({...at(0), event: 'warning', message, ...(about && {about})})
  }
const good = ratio({during: ['baseline']})

describe('a warning of the source about the samples of an objective', () => {
  it('keeps it from passing', () => {
    expect(one(good).outcome).toBe('pass')
    expect(one(good, warned([total]))).toMatchObject({
      outcome: 'inconclusive',
      message: expect.stringMatching(/% good .*; but with warnings: .*a store did not answer$/),
    })
  })

  it('keeps the recovery of that objective from passing', () => {
    const recovery: RecoveryObjective = {
      kind: 'recovery',
      name: 'comes back',
      recovers: good.name,
      withinMs: 60_000,
      confidence: 0.95,
      during: ['recovery'],
      minSamples: 10,
    }
    const outcome = (about: string[]) => verdictOf(warned(about), [good, recovery]).objectives.at(-1)?.outcome
    expect(outcome([])).toBe('pass')
    expect(outcome([total])).toBe('inconclusive')
  })

  it('leaves a failure a failure', () => {
    const hopeless = ratio({target: 0.999_999, during: ['fault']})
    expect(one(hopeless).outcome).toBe('fail')
    expect(one(hopeless, warned([total])).outcome).toBe('fail')
  })

  it.each([
    ['other samples', ['up']],
    ['something else', undefined],
  ])('matters not when it is about %s', (_, about) => {
    expect(one(good, warned(about)).outcome).toBe('pass')
  })
})
