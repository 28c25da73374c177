import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {AnswerLine} from '../../../src/toxiproxy/http/answer-line.js'
import type {Inlet} from '../../../src/toxiproxy/queue.js'
import type {Tap} from '../../../src/toxiproxy/tap.js'

/** The other direction of a connection, which remembers what came out of it. */
const opposite = () => {
  const log = {sent: '', ended: 0, closed: 0, taps: new Set<Tap>()}
  const sink: Inlet = {
    full: false,
    onRoom: () => {},
    push: (data) => {
      log.sent += data.toString('latin1')
    },
    end: () => {
      log.ended += 1
    },
  }
  return {
    log,
    tap: (tap: Tap) => {
      log.taps.add(tap)
      return sink
    },
    untap: (tap: Tap) => void log.taps.delete(tap),
    sourceClosed: () => {
      log.closed += 1
    },
  }
}

const theirs = [
  {method: 'GET', answer: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'},
  {method: 'HEAD', answer: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'},
  {method: 'POST', answer: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n'},
  {
    method: 'GET',
    answer: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n',
  },
  {method: 'GET', answer: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n'},
]
const own = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n'

describe('the line of answers', () => {
  it('serves everybody in the order of the requests, however the answers are cut', () => {
    const turns = fc.array(fc.oneof(fc.constantFrom(...theirs), fc.constant('own' as const)), {maxLength: 10})
    fc.assert(
      fc.property(turns, fc.array(fc.nat(600)), (line, cuts) => {
        const back = opposite()
        const answers = new AnswerLine(back, 1)
        for (const turn of line) {
          if (turn === 'own') answers.send(answers.reserve(false), Buffer.from(own), true)
          else answers.expect(turn.method)
        }
        const stream = Buffer.from(line.map((turn) => (turn === 'own' ? '' : turn.answer)).join(''))
        const ends = [...new Set(cuts.filter((cut) => cut < stream.length)), stream.length].sort(
          (a, b) => a - b,
        )
        for (const [index, end] of ends.entries()) answers.push(stream.subarray(ends[index - 1] ?? 0, end), 0)
        expect(back.log.sent).toBe(line.map((turn) => (turn === 'own' ? own : turn.answer)).join(''))
        expect(answers.lost).toBe(false)
        answers.release()
        expect(back.log.taps.size).toBe(0)
      }),
    )
  })

  it('keeps the end of the server’s data behind an answer that is still due', () => {
    const back = opposite()
    const answers = new AnswerLine(back, 1)
    const place = answers.reserve(false)
    answers.end()
    expect(back.log).toMatchObject({sent: '', ended: 0})
    answers.send(place, Buffer.from(own), true)
    expect(back.log).toMatchObject({sent: own, ended: 1})
  })

  it('goes only when all who stand in it are served', () => {
    const back = opposite()
    const answers = new AnswerLine(back, 1)
    answers.expect('GET')
    const place = answers.reserve(false)
    answers.send(place, Buffer.from(own), true)
    answers.release()
    expect(back.log.taps.size).toBe(1)
    const [answer] = theirs
    answers.push(Buffer.from(`${answer?.answer}what nobody asked for`), 0)
    expect(back.log.sent).toBe(`${answer?.answer}${own}what nobody asked for`)
    expect(back.log.taps.size).toBe(0)
  })

  it('closes when an answer that is owed cannot find its place any more', () => {
    const back = opposite()
    const answers = new AnswerLine(back, 1)
    answers.expect('GET')
    answers.reserve(false)
    answers.push(Buffer.from('no answer\r\n'), 0)
    expect(back.log).toMatchObject({sent: 'no answer\r\n', closed: 1})
    expect(answers.lost).toBe(true)
  })

  it('passes what nobody waits for, and forgets those who went', () => {
    const back = opposite()
    const answers = new AnswerLine(back, 1)
    answers.push(Buffer.from('HTTP/1.1 408 Request Timeout\r\n\r\n'), 0)
    const place = answers.reserve(true)
    answers.giveUp(place)
    answers.end()
    expect(back.log).toMatchObject({sent: 'HTTP/1.1 408 Request Timeout\r\n\r\n', ended: 1, closed: 0})
  })
})
