import {errors} from 'undici'
import {expect, it} from 'vitest'
import {failureKindOf} from '../../../src/engines/pacer/failure.js'

const coded = (code: string): Error => Object.assign(new Error(code), {code})

it.each([
  [coded('ECONNREFUSED'), 'refused'],
  [Object.assign(new AggregateError([], 'both families'), {code: 'ECONNREFUSED'}), 'refused'],
  [coded('ECONNRESET'), 'reset'],
  [coded('EPIPE'), 'reset'],
  [new errors.SocketError('other side closed'), 'closed'],
  [new errors.ResponseContentLengthMismatchError(), 'closed'],
  [new errors.HTTPParserError('Response does not match the HTTP/1.1 protocol (Invalid EOF state)'), 'closed'],
  [new errors.HTTPParserError('Response does not match the HTTP/1.1 protocol (Expected HTTP/)'), 'other'],
  [coded('EMFILE'), 'other'],
  [new Error('no code'), 'other'],
])('%s is booked as %s', (error, kind) => {
  expect(failureKindOf(error)).toBe(kind)
})
