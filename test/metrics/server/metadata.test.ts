import {describe, expect, it} from 'vitest'
import {metadataBook} from '../../../src/metrics/server/metadata.js'

const target = (instance: string) => ({url: `http://${instance}/metrics`, labels: {job: 'a', instance}})

describe('metadataBook', () => {
  it('reads type, help and unit of both text formats', () => {
    const book = metadataBook()
    const body = [
      '# HELP requests_total Requests, with \\\\ and\\nlines.',
      '# TYPE requests_total counter',
      'requests_total 1',
      '# TYPE wait_seconds histogram',
      '# UNIT wait_seconds seconds',
      '# TYPE old untyped',
      '# HELP "a b.c" Quoted.',
      '# a remark',
      '',
    ].join('\n')
    book.read(target('one'), body, 0)
    expect(Object.fromEntries(book.all())).toEqual({
      requests_total: [{type: 'counter', help: 'Requests, with \\ and\nlines.', unit: ''}],
      wait_seconds: [{type: 'histogram', help: '', unit: 'seconds'}],
      old: [{type: 'unknown', help: '', unit: ''}],
      'a b.c': [{type: 'unknown', help: 'Quoted.', unit: ''}],
    })
  })

  it('lists what targets say differently, and what they say alike once', () => {
    const book = metadataBook()
    book.read(target('one'), '# TYPE x counter\n', 0)
    book.read(target('two'), '# TYPE x counter\n', 0)
    book.read(target('three'), '# TYPE x gauge\n', 0)
    expect(
      book
        .all()
        .get('x')
        ?.map(({type}) => type),
    ).toEqual(['counter', 'gauge'])
  })

  it('reads a target again after a minute, and only then', () => {
    const book = metadataBook()
    book.read(target('one'), '# TYPE x counter\n', 0)
    book.read(target('one'), '# TYPE x gauge\n', 59_999)
    expect(
      book
        .all()
        .get('x')
        ?.map(({type}) => type),
    ).toEqual(['counter'])
    book.read(target('one'), '# TYPE x gauge\n', 60_000)
    expect(
      book
        .all()
        .get('x')
        ?.map(({type}) => type),
    ).toEqual(['gauge'])
  })

  it('holds no more than a target can mean', () => {
    const book = metadataBook()
    const many = Array.from({length: 20_000}, (_, index) => `# TYPE m${index} counter\n`).join('')
    book.read(target('one'), `${many}# HELP m1 ${'x'.repeat(100_000)}\n`, 0)
    expect(book.all().size).toBe(10_000)
    expect(book.all().get('m1')?.[0]?.help.length).toBe(1024)
  })
})
