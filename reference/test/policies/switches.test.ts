import {describe, expect, test} from 'vitest'
import {createSwitchBoard} from '../../src/policies/switches.js'

const setUp = () => createSwitchBoard(['breaker', 'timeout', 'retry.max'])

describe('the switch board', () => {
  test('starts with every protection on', () => {
    expect(setUp().values()).toEqual({breaker: true, timeout: true, 'retry.max': 2})
  })

  test.each([
    [{breaker: false}, {breaker: false}],
    [
      {breaker: 'off', timeout: 'on'},
      {breaker: false, timeout: true},
    ],
    [{'retry.max': 0}, {'retry.max': 0}],
  ])('takes %j', (changes, expected) => {
    const board = setUp()
    expect(board.change(changes)).toEqual([])
    expect(board.values()).toMatchObject(expected)
  })

  test.each([
    [{braeker: false}, 'braeker: no such switch here'],
    [{breaker: 'maybe'}, 'breaker: expected true, false, "on" or "off", got "maybe"'],
    [{breaker: 0}, 'breaker: expected true'],
    [{'retry.max': true}, 'retry.max: expected a whole number'],
    [{'retry.max': 11}, 'retry.max: expected a whole number from 0 to 10'],
    [{'lb.outlier': false}, 'lb.outlier: no such switch here'],
    [[], 'expected an object'],
    [undefined, 'expected an object'],
  ])('refuses %j', (changes, problem) => {
    expect(setUp().change(changes).join()).toContain(problem)
  })

  test('changes nothing when one of the changes is wrong, and lists every problem', () => {
    const board = setUp()
    let told = 0
    board.onChange(() => told++)
    expect(board.change({breaker: false, timeout: 3, nonsense: 1})).toHaveLength(2)
    expect(board.isOn('breaker')).toBe(true)
    expect(told).toBe(0)
  })

  test('tells its listeners after a change', () => {
    const board = setUp()
    const seen: boolean[] = []
    board.onChange(() => seen.push(board.isOn('breaker')))
    board.change({breaker: false})
    expect(seen).toEqual([false])
  })
})
