import {expect, it} from 'vitest'
import {reasonOf} from '../src/errors.js'

const refused = (address: string): Error =>
  Object.assign(new Error(`connect ECONNREFUSED ${address}`), {code: 'ECONNREFUSED'})

/** As `localhost` is refused, on both its addresses. */
const both = Object.assign(new AggregateError([refused('::1:9'), refused('127.0.0.1:9')]), {
  code: 'ECONNREFUSED',
})

it.each([
  ['a plain error', new Error('no route'), 'no route'],
  ['what is no error', 'just text', 'just text'],
  ['one that has a message and a cause', new Error('not JSON', {cause: new Error('at 3')}), 'not JSON'],
  [
    'fetch, which fails without saying why',
    new TypeError('fetch failed', {cause: refused('127.0.0.1:9')}),
    'connect ECONNREFUSED 127.0.0.1:9',
  ],
  [
    'a connection refused on two addresses',
    both,
    'connect ECONNREFUSED ::1:9; connect ECONNREFUSED 127.0.0.1:9',
  ],
  [
    'the same inside of fetch',
    new TypeError('fetch failed', {cause: both}),
    'connect ECONNREFUSED ::1:9; connect ECONNREFUSED 127.0.0.1:9',
  ],
  ['one that only has a code', Object.assign(new Error(), {code: 'EPROTO'}), 'EPROTO'],
  ['one that has nothing at all', new RangeError(), 'RangeError'],
  [
    'a body that breaks off',
    new TypeError('terminated', {cause: new Error('other side closed')}),
    'the other side closed the connection before its answer was whole',
  ],
  ['a wrapper of nothing', new TypeError('fetch failed'), 'fetch failed'],
])('the reason of %s is told', (_, thrown, reason) => {
  expect(reasonOf(thrown)).toBe(reason)
})
