import {expect, it} from 'vitest'
import {createBooks} from '../../../src/engines/pacer/books.js'
import type {Call} from '../../../src/engines/pacer/call.js'
import type {CompiledRequest} from '../../../src/engines/pacer/requests.js'
import {createSender} from '../../../src/engines/pacer/sender.js'
import {seededRandom} from '../../../src/system/random.js'

const timeoutMs = 1000
const request: CompiledRequest = {
  name: 'a',
  weight: 1,
  origin: 'http://127.0.0.1:1',
  method: 'GET',
  timeoutMs,
  write: () => ({path: '/', headers: [], body: null}),
}

/** A sender over a transport that keeps what it is given, at a time that the test sets. */
const start = () => {
  const calls: Call[] = []
  const clock = {ms: 0}
  const books = createBooks(['a'], {
    startAtMs: 0,
    lastSecond: 60,
    health: () => ({cpu: 0}),
    onSecond: () => {},
    onLive: () => {},
  })
  const sender = createSender([request], {
    books,
    maxInFlight: 2,
    endMs: 60_000,
    now: () => clock.ms,
    onIdle: () => {},
    transportTo: () => ({send: (call) => calls.push(call), close: () => {}}),
  })
  const send = (atMs: number): void => sender.send(0, atMs, {random: seededRandom(1), sequence: 1}, false)
  return {calls, clock, books, sender, send}
}

it('a request that comes up after its time is over is skipped: it says nothing of the target', () => {
  const {calls, clock, books, send} = start()
  clock.ms = 5000
  send(5000 - timeoutMs)
  expect(books.totals).toMatchObject({due: 1, sent: 0, skipped: 1, failed: 0})
  send(5001 - timeoutMs)
  expect(books.totals).toMatchObject({due: 2, sent: 1, skipped: 1})
  expect(calls).toHaveLength(1)
})

it('beyond the most that may be in flight it skips, until one of them has ended', () => {
  const {calls, books, sender, send} = start()
  for (let n = 0; n < 3; n++) send(0)
  expect(books.totals).toMatchObject({due: 3, sent: 2, skipped: 1})
  calls[0]?.end({status: 200})
  expect(sender.inFlight).toBe(1)
  send(0)
  expect(books.totals).toMatchObject({due: 4, sent: 3, skipped: 1, answered: 1})
  sender.giveUp()
})
