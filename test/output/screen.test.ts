import {describe, expect, it} from 'vitest'
import {layoutOf} from '../../src/output/screen.js'

describe('the layout of a printed report', () => {
  it.each([
    ['a terminal', {isTTY: true, columns: 120, hasColors: () => true}, {color: true, width: 120}],
    [
      'a terminal under NO_COLOR',
      {isTTY: true, columns: 120, hasColors: () => false},
      {color: false, width: 120},
    ],
    ['a pipe', {}, {color: false, width: 80}],
  ])('of %s', (_, screen, layout) => {
    expect(layoutOf(screen)).toEqual(layout)
  })
})
