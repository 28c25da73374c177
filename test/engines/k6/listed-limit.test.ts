import {describe, expect, it} from 'vitest'
import k6 from '../../../src/engines/k6.js'
import k6Operator from '../../../src/engines/k6-operator.js'
import {UserError} from '../../../src/errors.js'
import type {Plan} from '../../../src/plan/plan.js'
import {constantRate, planOf} from '../../fakes/engine-plan.js'

/** An hour at a rate. */
const anHourAt = (ratePerSecond: number, poisson = true): Plan => {
  const plan = planOf({
    endpoints: {shop: 'http://shop.test'},
    requests: [{name: 'browse'}],
    rates: constantRate(ratePerSecond, 3_600_000),
  })
  for (const stream of plan.scenario.load.streams) if (poisson) stream.poisson = true
  return plan
}

describe.each([
  ['k6', k6],
  ['k6-operator', k6Operator],
])('%s', (_, engine) => {
  it('refuses more random arrivals than memory holds, and names the engine that can', () => {
    const checking = () => engine.check?.(anHourAt(5_000))
    expect(checking).toThrow(UserError)
    expect(checking).toThrow(/about 18\.0 million are too many, at most 2 million fit/)
    expect(checking).toThrow(expect.objectContaining({hint: expect.stringContaining('engine: pacer')}))
  })

  it('takes as many as fit, and any number of even ones', () => {
    expect(() => engine.check?.(anHourAt(500))).not.toThrow()
    expect(() => engine.check?.(anHourAt(5_000, false))).not.toThrow()
  })
})

it('k6 refuses them before it looks for anything else', async () => {
  const options = {signal: new AbortController().signal, onSecond: () => {}}
  await expect(k6.prepare(anHourAt(5_000), options)).rejects.toThrow(/too many/)
})
