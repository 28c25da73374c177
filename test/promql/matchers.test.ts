import {expect, it} from 'vitest'
import {matches} from '../../src/promql/index.js'

it.each(['constructor', 'toString', 'hasOwnProperty'])(
  'an absent label %s is empty, as any other',
  (label) => {
    expect(matches({__name__: 'up'}, [{label, op: '=', value: ''}])).toBe(true)
    expect(matches({__name__: 'up'}, [{label, op: '!=', value: ''}])).toBe(false)
    expect(matches({__name__: 'up', [label]: 'x'}, [{label, op: '=', value: 'x'}])).toBe(true)
  },
)
