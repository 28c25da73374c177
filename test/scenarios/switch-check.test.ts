import {describe, expect, it} from 'vitest'
import {switchProblems} from '../../src/scenarios/switch-check.js'
import {referenceSwitches} from '../../src/targets/reference-switches.js'

const known = {'order.breaker': true, 'order.retry.max': 2, 'edge.timeout': true}
const nothing = {switches: {}, faults: []}

describe('switches that the target does not have', () => {
  it.each([
    ['order.breker', '--switch: there is no switch "order.breker": did you mean "order.breaker"?'],
    ['order.timeout', '--switch: there is no switch "order.timeout" (known: order.breaker, order.retry.max)'],
    [
      'nonsense',
      '--switch: there is no switch "nonsense" (known: order.breaker, order.retry.max, edge.timeout)',
    ],
  ])('%s is told with what there is', (name, problem) => {
    expect(switchProblems(nothing, {[name]: true}, known)).toEqual([problem])
  })

  it('are told wherever they are set', () => {
    const scenario = {
      switches: {'edge.tiemout': false},
      counterfactual: {switches: {'edge.timeuot': false}, mustFail: []},
      faults: [{fault: 'switch', options: {set: {'order.braker': false}}, path: 'faults[0].switch'}],
    }
    // The scenario has only what is looked at.
    const problems = switchProblems(scenario as unknown as Parameters<typeof switchProblems>[0], {}, known)
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'switches',
      'counterfactual.switches',
      'faults[0].switch.set',
    ])
  })
})

describe('values of switches', () => {
  it('of another type are refused', () => {
    expect(switchProblems(nothing, {'order.breaker': 7, 'order.retry.max': false}, known)).toEqual([
      '--switch: switch order.breaker wants on or off, got 7',
      '--switch: switch order.retry.max wants a number, such as 2, got false',
    ])
  })

  it('of the right type pass', () => {
    expect(switchProblems(nothing, {'order.breaker': false, 'order.retry.max': 0}, known)).toEqual([])
  })
})

it('the switches of the reference deployment are known without starting it', async () => {
  expect(await referenceSwitches()).toMatchObject({'order.breaker': true, 'order.retry.max': 2})
})
