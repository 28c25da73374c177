import {expect, it} from 'vitest'
import {whyOf} from '../../src/supervisor/http-json.js'

const refused = new Error('connect ECONNREFUSED 127.0.0.1:9')

it.each([
  ['fetch, by its cause', new TypeError('fetch failed', {cause: refused}), refused.message],
  [
    'a name with two addresses, by both',
    new TypeError('fetch failed', {
      cause: new AggregateError([new Error('connect ECONNREFUSED ::1:9'), refused]),
    }),
    `connect ECONNREFUSED ::1:9; ${refused.message}`,
  ],
  ['a time limit', new Error('no answer in time'), 'no answer in time'],
])('why there was no answer is told of %s', (_, thrown, why) => {
  expect(whyOf(thrown)).toBe(why)
})
