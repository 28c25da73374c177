import {describe, expect, it} from 'vitest'
import {rowsOfCsv} from '../../../src/scenarios/files/csv.js'

describe('a CSV file', () => {
  it('becomes mappings named by its first row', () => {
    expect(rowsOfCsv('email,note\r\na@x,"said ""no"",\nthen yes"\r\n\r\nb@x,\r\n')).toEqual({
      rows: [
        {email: 'a@x', note: 'said "no",\nthen yes'},
        {email: 'b@x', note: ''},
      ],
    })
  })

  it.each([
    ['a,b\n1,2\n3\n', 3, 2, 'expected 2 fields, found 1'],
    ['a,b\n1,2\n3,4,5\n', 3, 6, 'expected 2 fields, found 3'],
    ['a,b\n1,2\n3,"4\n5,6\n', 3, 1, 'a quote is opened here and never closed'],
    [
      'a,b\n1,2\n3,x"4\n',
      3,
      1,
      'a quote inside a field: put the whole field in quotes, and double those inside',
    ],
    ['a,b\n1,"2"x\n', 2, 1, 'text after a closing quote: double the quotes that belong to the field'],
    ['a;b\n1;2\n', 1, 1, 'the fields are separated by ";": separate them by ","'],
    ['a,\n1,2\n', 1, 1, 'a field has no name in the first row'],
    ['a,a\n1,2\n', 1, 1, 'two fields are called "a" in the first row'],
    ['a,b\n', 1, 1, 'has no row besides the one that names the fields'],
  ])('%j is told with its place', (text, line, column, message) => {
    expect(rowsOfCsv(text)).toEqual({problem: {line, column, message}})
  })
})
