import {describe, expect, it} from 'vitest'
import {rowsOfJson} from '../../../src/scenarios/files/json-rows.js'

describe('a JSON file', () => {
  it('becomes rows of whatever it lists', () => {
    expect(rowsOfJson('[1, {"a": "b"}]')).toEqual({rows: [1, {a: 'b'}]})
  })

  it.each([
    ['[1,\n 2,\n x]', 3, 2, 'not valid JSON: unexpected "x"'],
    ['[1,]', 1, 4, 'not valid JSON: unexpected "]"'],
    ['[{"a" 1}]', 1, 7, 'not valid JSON: unexpected "1"'],
    ['[1] 2', 1, 5, 'not valid JSON: unexpected "2"'],
    ['[{"a": 1}, ', 1, 12, 'not valid JSON: it ends too early'],
    ['[01]', 1, 2, 'not valid JSON: unexpected "0"'],
    ['{"rows": []}', 1, 1, 'expected a list, got a mapping'],
    ['["a\nb"]', 1, 2, 'not valid JSON: unexpected "\\""'],
    ['[tru]', 1, 2, 'not valid JSON: unexpected "t"'],
    ['', 1, 1, 'not valid JSON: it ends too early'],
    ['[]', 1, 1, 'the list is empty'],
  ])('%j is told with its place', (text, line, column, message) => {
    expect(rowsOfJson(text)).toEqual({problem: {line, column, message}})
  })
})
