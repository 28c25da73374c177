import {describe, expect, it} from 'vitest'
import {parseYaml} from '../../src/scenarios/yaml-file.js'

/** The place of the first `X` of the value of `a`, as `line:column`. */
const placeOf = (text: string): string => {
  const file = parseYaml('f.yaml', text)
  // Each of these texts has a mapping with a text under `a`.
  const {a} = file.value as {a: string}
  const {line, column} = file.locateIn(['a'], a.indexOf('X'))
  return `${line}:${column}`
}

describe('the place of a sign inside a text of YAML', () => {
  it.each([
    ['without quotes', 'a: one X', '1:8'],
    ['between quotes', 'b: 1\na: "one X"', '2:9'],
    ['after escapes', 'a: "\\"o\\n\\"X"', '1:12'],
    ['after a doubled quote', "a: 'it''s X'", '1:11'],
    ['in a block', 'a: |\n  one\n    two\n  X\n', '4:3'],
    ['in a block that is stripped and indented', 'a: |2-\n     one\n  two X\n', '3:7'],
    ['in folded lines', 'a: >\n  one\n  two\n\n  X\n', '5:3'],
    ['in lines without quotes', 'a: one\n  two X', '2:7'],
    ['in a list in brackets', 'c: {b: 1}\na: [one, X]', '2:4'],
  ])('%s', (_, text, place) => {
    if (text.includes('[one')) expect(parseYaml('f', text).locateIn(['a'], 3)).toEqual({line: 2, column: 4})
    else expect(placeOf(text)).toBe(place)
  })
})
