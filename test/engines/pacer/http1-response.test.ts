import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {Collected} from '../../../src/engines/pacer/call.js'
import {type Progress, ResponseReader} from '../../../src/engines/pacer/http1-response.js'

/** Reads an answer in pieces of these sizes (the last size again and again), each in a buffer that is used again. */
const readIn = (sizes: readonly number[], text: string, {isHead = false, collect = true} = {}) => {
  const reader = new ResponseReader()
  const collected: Collected = {headers: {}, chunks: [], bytes: 0}
  reader.expect(isHead, collect ? collected : undefined)
  const bytes = Buffer.from(text, 'latin1')
  const buffer = Buffer.alloc(1024, 'x')
  let progress: Progress = 'more'
  for (let at = 0, piece = 0; at < bytes.length && progress === 'more'; piece++) {
    const length = Math.min(buffer.length, bytes.length - at, sizes[Math.min(piece, sizes.length - 1)] ?? 1)
    bytes.copy(buffer, 0, at, at + length)
    at += length
    progress = reader.read(buffer, length)
    if (progress !== 'more' && at < bytes.length) progress = 'broken'
  }
  const body = Buffer.concat(collected.chunks).toString('latin1')
  return {
    progress,
    status: reader.status,
    keepAlive: reader.keepAlive,
    body,
    headers: collected.headers,
    reader,
  }
}

const counted = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nx-a: 2\r\n\r\nhello'
const chunked =
  'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3;note=x\r\nhel\r\n2\r\nlo\r\n0\r\nX-T: 1\r\n\r\n'
const early = `HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n${counted}`

describe('an answer', () => {
  it.each([
    ['counted', counted, 200],
    ['chunked', chunked, 201],
    ['after a hint', early, 200],
  ])('%s is whole after its last byte, however it comes apart', (_, text, status) => {
    const sizes = fc.array(fc.integer({min: 1, max: 60}), {minLength: 1, maxLength: 20})
    fc.assert(
      fc.property(sizes, fc.boolean(), (pieces, collect) => {
        const read = readIn(pieces, text, {collect})
        expect(read).toMatchObject({progress: 'done', status, keepAlive: true, body: collect ? 'hello' : ''})
      }),
    )
  })

  it.each([
    ['counted', counted],
    ['chunked', chunked],
  ])('%s is not whole without its last byte', (_, text) => {
    const read = readIn([7], text.slice(0, -1))
    expect(read.progress).toBe('more')
    expect(read.reader.readEnd()).toBe(false)
  })

  it.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n', {isHead: true}],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', {}],
    ['304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n', {}],
    ['an empty body', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', {}],
    ['no reason', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', {}],
  ])('to %s ends with its head', (_, text, options) => {
    expect(readIn([1000], text, options).progress).toBe('done')
  })

  it('without a length lasts until the connection ends, and the connection carries no other', () => {
    const read = readIn([1000], 'HTTP/1.1 200 OK\r\n\r\nhel')
    expect(read).toMatchObject({progress: 'more', keepAlive: false})
    expect(read.reader.readEnd()).toBe(true)
  })

  it('has its headers, those of one name in a list', () => {
    expect(readIn([1000], counted).headers).toEqual({'content-length': '5', 'x-a': ['1', '2']})
  })

  it.each([
    ['HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', false, undefined],
    ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', false, undefined],
    ['HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n', true, undefined],
    ['HTTP/1.1 200 OK\r\nKeep-Alive: timeout=7\r\nContent-Length: 0\r\n\r\n', true, 7000],
  ])('%j says whether its connection lives on', (text, keepAlive, idleLimitMs) => {
    const {reader} = readIn([1000], text)
    expect({keepAlive: reader.keepAlive, idleLimitMs: reader.idleLimitMs}).toEqual({keepAlive, idleLimitMs})
  })

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH\r\n'],
    ['HTTP/2 in clear', '\0\0\0\x04'],
    ['two answers', `${counted}HTTP/1.1 200 OK\r\n`],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n'],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\n'],
    ['a chunk that is too long', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n'],
    ['a size that is none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
    ['a line without colon', 'HTTP/1.1 200 OK\r\nnothing\r\n\r\n'],
    ['another protocol asked for', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(300_000)}`],
  ])('is broken by %s', (_, text) => {
    expect(readIn([1000], text).progress).toBe('broken')
  })

  it('is followed by another one on the same connection', () => {
    const {reader} = readIn([3], chunked)
    const bytes = Buffer.from(counted)
    reader.expect(false, undefined)
    expect(reader.read(bytes, bytes.length)).toBe('done')
    expect(reader.status).toBe(200)
  })
})
