import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {requestSplitter} from '../../../src/toxiproxy/http/request.js'
import {responseSplitter} from '../../../src/toxiproxy/http/response.js'
import type {Part, Splitter} from '../../../src/toxiproxy/http/splitter.js'

/** What a splitter makes of a stream cut at these places: the messages as text, `~` before what is foreign. */
const split = <Head>(
  splitter: Pick<Splitter<never>, 'giveUp'> & {push(data: Buffer): Iterable<Part<Head>>},
  stream: string,
  cuts: readonly number[] = [],
) => {
  const bytes = Buffer.from(stream, 'latin1')
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((one, other) => one - other)
  const heads: Head[] = []
  const messages: string[] = []
  let current = ''
  let all = ''
  for (const [index, start] of [0, ...places].entries()) {
    for (const part of splitter.push(bytes.subarray(start, places[index] ?? bytes.length))) {
      if (part.kind === 'end') {
        messages.push(current)
        current = ''
        continue
      }
      const text = part.data.toString('latin1')
      all += text
      if (part.kind === 'head') heads.push(part.head)
      current += part.kind === 'foreign' && !current.startsWith('~') ? `~${text}` : text
    }
  }
  const held = splitter.giveUp().toString('latin1')
  return {heads, messages, rest: current, held, all: all + held}
}

const requests = [
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /charge?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  '\r\nPUT http://h:1/p?q HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\nA\r\n0123\r\n\r\n89\r\n0\r\nTrailer: x\r\n\r\n',
  'HEAD /x HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n',
  'POST /empty HTTP/1.1\r\nContent-Length: 0\r\n\r\n',
]

describe('the splitter of requests', () => {
  it('finds the same messages wherever the stream is cut in two', () => {
    const stream = requests.join('')
    for (let cut = 0; cut <= stream.length; cut++)
      expect(split(requestSplitter(), stream, [cut])).toMatchObject({messages: requests, rest: '', held: ''})
  })

  it('finds the same messages when every byte comes alone', () => {
    const stream = requests.join('')
    const cuts = Array.from(stream, (_, index) => index)
    expect(split(requestSplitter(), stream, cuts)).toMatchObject({messages: requests, rest: ''})
  })

  it('reads what matters of each', () => {
    const {heads} = split(requestSplitter(), requests.join(''))
    expect(heads.map(({method, path, keepAlive}) => `${method} ${path} ${keepAlive}`)).toEqual([
      'GET / true',
      'POST /charge true',
      'PUT /p true',
      'HEAD /x true',
      'POST /empty true',
    ])
  })

  it.each([
    ['another protocol in its first byte', '\x16\x03\x01'],
    ['a version of its own', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a line of another protocol', 'EHLO example.org\r\n'],
    ['an array of Redis', '*1\r\n$4\r\nPING\r\n'],
    ['lines that end with a bare LF', 'GET / HTTP/1.1\nHost: a\n\n'],
    ['a bare LF among its lines', 'GET / HTTP/1.1\r\nA: 1\nB: 2\r\n\r\n'],
    ['a line that ends with a bare LF', 'GET / HTTP/1.1\r\nA: 1\n'],
    ['a folded line', 'GET / HTTP/1.1\r\nA: 1\r\n b\r\n\r\n'],
    ['a space before a colon', 'GET / HTTP/1.1\r\nContent-Length : 5\r\n\r\n'],
    ['a control character', 'GET / HTTP/1.1\r\nA: \x01\r\n\r\n'],
    ['two framings', 'POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
    ['a length that is no number', 'POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\nhello'],
    [
      'a coding that hides the length',
      'POST / HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n',
    ],
    ['a chunk size that is no number', 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n'],
    ['chunks with bare LFs', 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\na\n0\n\n'],
    [
      'data that is longer than its chunk',
      'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n',
    ],
    ['a head beyond 64 KiB', `GET / HTTP/1.1\r\nA: ${'a'.repeat(70_000)}\r\n\r\n`],
    ['a line that never ends', `GET /${'a'.repeat(70_000)}`],
  ])('passes %s, and a good request after it, and holds nothing back', (_, stream) => {
    expect(split(requestSplitter(), stream).held).toBe('')
    const after = 'GET / HTTP/1.1\r\n\r\n'
    for (const cuts of [[], [1], [10, 20, 30]]) {
      const {messages, held, all} = split(requestSplitter(), stream + after, cuts)
      expect({messages, held, isWhole: all === stream + after}).toEqual({
        messages: [],
        held: '',
        isWhole: true,
      })
    }
  })

  it('lets go of other protocols before their line ends: they may wait for an answer', () => {
    for (const stream of ['\0\0\0\x08', 'GET\x01', `${'A'.repeat(30)}`, 'GET / SMTP', '\x00']) {
      const {held, rest} = split(requestSplitter(), stream)
      expect({held, rest}).toEqual({held: '', rest: `~${stream}`})
    }
  })

  it('changes and loses no byte of anything, however it is cut', () => {
    const scrap = fc.oneof(
      fc.constantFrom(...requests, '\r\n', '0\r\n\r\n', 'GET ', 'Content-Length: 7\r\n', ' HTTP/1.1\r\n'),
      fc.string({maxLength: 12}),
    )
    fc.assert(
      fc.property(fc.array(scrap, {maxLength: 8}), fc.array(fc.nat(500), {maxLength: 8}), (scraps, cuts) => {
        const stream = Buffer.from(scraps.join('')).toString('latin1')
        const whole = split(requestSplitter(), stream)
        const cut = split(requestSplitter(), stream, cuts)
        expect(cut.all).toBe(stream)
        expect(cut.messages).toEqual(whole.messages)
      }),
    )
  })
})

describe('the splitter of answers', () => {
  const answers: [method: string, answer: string][] = [
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n'],
    ['GET', 'HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n'],
    ['GET', 'HTTP/1.0 204 No Content\r\n\r\n'],
  ]

  it('finds their ends wherever they are cut, by what was asked', () => {
    const stream = answers.map(([, answer]) => answer).join('')
    for (let cut = 0; cut <= stream.length; cut++) {
      let answered = 0
      const splitter = responseSplitter(() => answers[answered]?.[0] ?? '')
      const counting = {
        giveUp: () => splitter.giveUp(),
        *push(data: Buffer) {
          for (const part of splitter.push(data)) {
            if (part.kind === 'end') answered += 1
            yield part
          }
        },
      }
      expect(split(counting, stream, [cut]).messages).toEqual(answers.map(([, answer]) => answer))
    }
  })

  it('takes an answer without a length for one that ends with the connection', () => {
    const {messages, rest} = split(
      responseSplitter(() => 'GET'),
      'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
    )
    expect(messages).toEqual([])
    expect(rest).not.toContain('~')
  })

  it.each([
    ['GET', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['CONNECT', 'HTTP/1.1 200 OK\r\n\r\n'],
  ])('follows no more behind the answer to %s that opens a tunnel', (method, answer) => {
    const {rest} = split(
      responseSplitter(() => method),
      `${answer}HTTP/1.1 200 OK\r\n\r\n`,
    )
    expect(rest).toContain('HTTP/1.1 200 OK\r\n\r\n')
  })
})
