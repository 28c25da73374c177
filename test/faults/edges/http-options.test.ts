import {describe, expect, it} from 'vitest'
import http from '../../../src/faults/http.js'
import {emptyTarget} from '../../fakes/run-world.js'

const target = {
  ...emptyTarget,
  edges: {'a->b': {proxies: ['b-1'], probe: {kind: 'http' as const, path: '/'}}},
}

describe('the options of the fault http', () => {
  const problems = (given: object): string[] => {
    const {error} = http.options.safeParse({edge: 'a->b', route: '/*', status: 503, ...given})
    return error?.issues.map(({message}) => message) ?? []
  }

  it.each([
    [{status: undefined}, /say what happens to the requests/],
    [{status: 99}, /an HTTP status from 200 to 599/],
    [{status: '503'}, /an HTTP status from 200 to 599/],
    [{status: 503.5}, /an HTTP status from 200 to 599/],
    [{route: undefined}, /a route such as "POST \/charge"/],
    [{route: 'charge'}, /a route such as .*got "charge"/],
    [{route: 'post /charge'}, /"post" is no method/],
    [{route: '/charge?id=1'}, /leave the query out/],
    [{route: '/a/*/b'}, /at the end only/],
    [{share: '0%'}, /above "0%"/],
    [{share: 0.3}, /above "0%"/],
    [{delay: '0s'}, /more than nothing/],
    [{delay: '25h'}, /at most "24h"/],
    [{status: undefined, delay: '1s', body: 'x'}, /`body` needs a `status`/],
    [{'retry-after': '1500ms'}, /whole seconds/],
  ])('refuse %j', (given, message) => {
    expect(problems(given)).toEqual([expect.stringMatching(message)])
  })

  it.each([
    [{}, 'answers 100% of /* on a->b with 503'],
    [
      {route: 'POST  /charge', share: '30%', delay: '2s'},
      'answers 30% of POST /charge on a->b with 503 after 2s',
    ],
    [{status: undefined, delay: '2s'}, 'delays 100% of /* on a->b by 2s'],
  ])('say what %j does', (given, does) => {
    const options = http.options.parse({edge: 'a->b', route: '/*', status: 503, ...given})
    expect(http.aim(options, target).does).toBe(does)
  })
})
