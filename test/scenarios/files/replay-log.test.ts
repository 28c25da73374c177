import {describe, expect, it} from 'vitest'
import {parseAccessLine} from '../../../src/scenarios/files/access-log.js'
import {readReplayLog} from '../../../src/scenarios/files/replay-log.js'

const line = (time: string, request: string): string => `10.0.0.1 - frank [${time}] "${request}" 200 2326`

describe('a line of an access log', () => {
  it('may be in the common format', () => {
    expect(parseAccessLine(line('10/Oct/2000:13:55:36 -0700', 'GET /a?b=c HTTP/1.0'))).toEqual({
      atMs: Date.UTC(2000, 9, 10, 20, 55, 36),
      exact: false,
      method: 'GET',
      path: '/a?b=c',
    })
  })

  it('may be in the combined format, with a quote in it', () => {
    const text = `${line('01/Jan/2025:00:00:01 +0530', 'POST /q HTTP/1.1')} "http://x/" "Mozilla \\"5\\""`
    expect(parseAccessLine(text)).toMatchObject({
      atMs: Date.UTC(2024, 11, 31, 18, 30, 1),
      method: 'POST',
      path: '/q',
    })
  })

  it('may tell parts of a second, a whole address, or a path that was never escaped', () => {
    expect(
      parseAccessLine(line('01/Jan/2025:00:00:01.250 +0000', 'GET http://shop/x?y HTTP/1.1')),
    ).toMatchObject({
      atMs: Date.UTC(2025, 0, 1, 0, 0, 1) + 250,
      exact: true,
      path: '/x?y',
    })
    expect(
      parseAccessLine(line('01/Jan/2025:00:00:01 +0000', 'GET /caf\\xC3\\xA9/é HTTP/1.1')),
    ).toMatchObject({
      path: '/caf%C3%A9/%C3%A9',
    })
  })

  it.each(['\\x16\\x03\\x01', '-', 'CONNECT example.test:443 HTTP/1.1', ''])(
    'is passed over with %j',
    (request) => {
      expect(parseAccessLine(line('01/Jan/2025:00:00:01 +0000', request))).toBe('skipped')
    },
  )

  it.each([
    'what is this',
    line('01/Foo/2025:00:00:01 +0000', 'GET / HTTP/1.1'),
    line('32', 'GET / HTTP/1.1'),
  ])('is none: %j', (text) => {
    expect(parseAccessLine(text)).toHaveProperty('problem')
  })
})

describe('a log', () => {
  it('has the requests of a second spread over it, and those out of order in order', () => {
    const text = [
      line('01/Jan/2025:00:00:03 +0000', 'GET /late HTTP/1.1'),
      line('01/Jan/2025:00:00:01 +0000', 'GET /orders/17 HTTP/1.1'),
      '',
      line(
        '01/Jan/2025:00:00:01 +0000',
        'POST /orders/9f8b7c6d-1234-4abc-8def-001122334455/pay?x=1 HTTP/1.1',
      ),
      line('01/Jan/2025:00:00:02 +0000', '-'),
    ].join('\n')
    expect(readReplayLog(text)).toEqual({
      entries: [
        {atMs: 0, name: 'GET /orders/:id', method: 'GET', path: '/orders/17'},
        {
          atMs: 500,
          name: 'POST /orders/:id/pay',
          method: 'POST',
          path: '/orders/9f8b7c6d-1234-4abc-8def-001122334455/pay?x=1',
        },
        {atMs: 2000, name: 'GET /late', method: 'GET', path: '/late'},
      ],
      skipped: 1,
      bodiless: 1,
    })
  })

  it('may be JSON lines, whose offsets count from the start of the run', () => {
    const text = [
      '{"offsetMs": 1500, "path": "/a", "method": "post", "headers": {"x-k": "v", "Host": "shop", "content-length": "7"}, "body": {"n": 1}}',
      '{"offsetMs": 20.5, "path": "/b"}',
    ].join('\n')
    expect(readReplayLog(text)).toEqual({
      entries: [
        {atMs: 20.5, name: 'GET /b', method: 'GET', path: '/b'},
        {atMs: 1500, name: 'POST /a', method: 'POST', path: '/a', headers: {'x-k': 'v'}, body: {n: 1}},
      ],
      skipped: 0,
      bodiless: 0,
    })
  })

  it('counts the rarest paths together, by their method', () => {
    const lines = Array.from({length: 60}, (_, n) => {
      const path = `/p${String.fromCharCode(97 + (n % 26))}${n < 26 ? '' : 'x'}${n < 52 ? '' : 'y'}`
      return `{"offsetMs": ${n}, "path": "${path}"}`
    })
    const log = readReplayLog([...lines, '{"offsetMs": 99, "path": "/z1", "method": "PUT"}'].join('\n'))
    if ('problems' in log) throw new Error('a good log')
    const names = log.entries.map(({name}) => name)
    expect(new Set(names).size).toBeLessThanOrEqual(42)
    expect(names).toContain('GET other')
    expect(names.at(-1)).toBe('PUT other')
  })

  it.each([
    ['nonsense\n\n{"offsetMs": -1, "path": "/"}', [1, 3]],
    ['{"offsetMs": 1, "path": "x"}', [1]],
    ['{"offsetMs": 1, "path": "/", "headers": {"bad name": "x"}}', [1]],
    ['{"offsetMs": 1, "path": "/", "headers": {"x": "a\\nb"}}', [1]],
    ['{"offsetMs": 1 "path": "/"}', [1]],
    ['a\nb\nc\nd', [1, 2, 3]],
    [line('01/Jan/2025:00:00:02 +0000', '-'), [1]],
  ])('%j has its problems at their lines', (text, lines) => {
    const log = readReplayLog(text)
    expect('problems' in log ? log.problems.map((problem) => problem.line) : []).toEqual(lines)
  })
})
