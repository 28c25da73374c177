import {describe, expect, it} from 'vitest'
import {UserError} from '../../src/errors.js'
import {parseSwitchFlags} from '../../src/scenarios/switch-flags.js'

describe('--switch', () => {
  it('reads values as a scenario file would', () => {
    expect(
      parseSwitchFlags(['order.breaker=off', 'order.retry=on', 'order.retry.max=4', 'lb.policy=first']),
    ).toEqual({
      'order.breaker': false,
      'order.retry': true,
      'order.retry.max': 4,
      'lb.policy': 'first',
    })
  })

  it.each(['order.breaker', '=off', 'order.breaker='])('refuses %s', (text) => {
    expect(() => parseSwitchFlags([text])).toThrow(UserError)
  })
})
