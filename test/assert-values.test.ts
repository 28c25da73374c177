import {describe, expect, it} from 'vitest'
import {assertValues} from '../src/assert-values.js'

describe('values of flags and arguments', () => {
  it.each<[what: string, flags: Record<string, unknown>, args: string[], says: string]>([
    ['nothing', {prometheus: ''}, [], '--prometheus: expected a value, got nothing'],
    ['nothing among several', {switch: ['a=on', '']}, [], '--switch: expected a value, got nothing'],
    ['a number that would be rounded', {seed: 1e20}, [], '--seed: expected at most 9007199254740991'],
    ['an argument without content', {}, ['a.yaml', ''], 'An argument is empty'],
  ])('%s is refused', (_, flags, args, says) => {
    expect(() => assertValues(flags, args)).toThrow(
      expect.objectContaining({name: 'UserError', message: expect.stringContaining(says)}),
    )
  })

  it('that are there pass, and so do those that are not given', () => {
    const flags = {
      seed: 0,
      quiet: false,
      target: undefined,
      report: ['html'],
      largest: Number.MAX_SAFE_INTEGER,
    }
    expect(() => assertValues(flags, ['a.yaml'])).not.toThrow()
  })
})
