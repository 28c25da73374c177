import {describe, expect, it} from 'vitest'
import {studentQuantile, studentTail} from '../../../src/verdict/statistics/student.js'

describe("Student's t", () => {
  // Tables: A&S 26.10.
  it.each([
    [1, 12.706],
    [2, 4.303],
    [10, 2.228],
    [30, 2.042],
    [120, 1.98],
  ])('with %f degrees exceeds the table value 2.5 times in a hundred', (degrees, t) => {
    expect(studentQuantile(0.025, degrees)).toBeCloseTo(t, 3)
    expect(studentTail(t, degrees)).toBeCloseTo(0.025, 4)
  })

  it('becomes the normal distribution with many degrees', () => {
    expect(studentQuantile(0.025, 1e7)).toBeCloseTo(1.959964, 4)
  })
})
