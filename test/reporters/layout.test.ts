import {describe, expect, it} from 'vitest'
import {hanging, tableLines} from '../../src/reporters/layout.js'

const heads = ['phase', 'sent', 'p99']
const rows = [
  ['baseline', '1,200', '38.7ms'],
  ['fault', '90', ''],
]

describe('a table', () => {
  it('has its heads above its columns, where they fit', () => {
    expect(tableLines(heads, rows, {width: 80, right: [1], head: (line) => `[${line}]`})).toEqual([
      '[  phase      sent  p99]',
      '  baseline  1,200  38.7ms',
      '  fault        90',
    ])
  })

  it('says of each cell what it is, where it is wider than the terminal', () => {
    expect(tableLines(heads, rows, {width: 20})).toEqual([
      '  baseline: sent',
      '  1,200, p99 38.7ms',
      '  fault: sent 90',
    ])
  })
})

describe('a paragraph', () => {
  it('stands beside its lead, and below it where there is no room', () => {
    const text = 'nothing that was scraped tells what ran out'
    expect(hanging('  saturated   ', text, 80)).toEqual([`  saturated   ${text}`])
    const narrow = hanging('  saturated   ', text, 20)
    expect(narrow[0]).toBe('  saturated')
    expect(narrow.slice(1).join(' ').replaceAll('    ', '')).toBe(text)
    expect(Math.max(...narrow.map(({length}) => length))).toBeLessThanOrEqual(20)
  })

  it('keeps a short mark before its text however narrow it is', () => {
    expect(hanging('  ! ', 'cut off here', 12)).toEqual(['  ! cut off here'])
  })
})
