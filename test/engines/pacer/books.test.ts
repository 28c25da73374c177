import {expect, it} from 'vitest'
import type {LoadSecond} from '../../../src/engines/engine.js'
import {createBooks} from '../../../src/engines/pacer/books.js'
import {sumOf} from '../../fakes/engine-run.js'

const openBooks = () => {
  const seconds: LoadSecond[] = []
  const books = createBooks(['a', 'b'], {
    startAtMs: 0,
    lastSecond: 10,
    health: () => ({cpu: 0.5}),
    onSecond: ({second}) => seconds.push(second),
    onLive: () => {},
  })
  return {seconds, books}
}

it('a request is booked in the second it was due in, with latency and lateness from then on', () => {
  const {seconds, books} = openBooks()
  const entry = books.due(1, 990)
  books.sent(entry, 1390)
  books.closeThrough(0, 1)
  books.ended(entry, {status: 204}, 1490)
  const [second] = seconds
  expect(second?.requests['b']).toMatchObject({due: 1, sent: 1, skipped: 0, answered: {204: 1}, failed: {}})
  expect(second?.requests['a']).toMatchObject({due: 0, sent: 0})
  expect(sumOf(seconds, 'b').latencyUs.mean / 1000).toBeCloseTo(500, 0)
  expect(second?.health.latenessMs?.max).toBeCloseTo(400, 0)
  expect(second?.health.inFlight).toBe(1)
})

it('failed and skipped requests leave no latency', () => {
  const {seconds, books} = openBooks()
  const [lost, shut] = [books.due(0, 0), books.due(0, 1)]
  books.skipped(books.due(0, 2))
  books.sent(lost, 0)
  books.sent(shut, 1)
  books.ended(lost, {failure: 'timeout'}, 500)
  books.ended(shut, {failure: 'closed'}, 500)
  books.closeThrough(0, 0)
  expect(sumOf(seconds, 'a')).toMatchObject({due: 3, sent: 2, skipped: 1, failed: {timeout: 1, closed: 1}})
  expect(sumOf(seconds, 'a').latencyUs.totalCount).toBe(0)
  expect(books.totals).toEqual({due: 3, sent: 2, skipped: 1, answered: 0, failed: 2})
})

it('closing twice reports a second once, and closing late reports those between', () => {
  const {seconds, books} = openBooks()
  books.closeThrough(0, 0)
  books.closeThrough(0, 0)
  books.closeThrough(3, 0)
  expect(seconds.map(({startMs}) => startMs)).toEqual([0, 1000, 2000, 3000])
})
