import {describe, expect, it} from 'vitest'
import {matrix} from './matrix.js'

const cases = matrix()

describe('what comes of data that is missing, partial, stale, late, not a number', () => {
  it.each(cases)('$what: $expected', ({expected, got, reason}) => {
    expect(got, reason).toBe(expected)
    expect(reason).not.toBe('')
  })

  it('is asked in a hundred cases and more, of each kind of objective', () => {
    expect(cases.length).toBeGreaterThan(100)
  })
})
