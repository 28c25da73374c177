import {describe, expect, it} from 'vitest'
import {compileRequests} from '../../../src/engines/pacer/requests.js'
import {UserError} from '../../../src/errors.js'
import {seededRandom} from '../../../src/system/random.js'
import {constantRate, type PlanSketch, planOf} from '../../fakes/engine-plan.js'

const rates = constantRate(1, 1000)
const endpoints = {edge: 'http://127.0.0.1:8080/api/', admin: 'https://admin.test'}

const compileOne = (request: Partial<PlanSketch['requests'][number]>, rest: Partial<PlanSketch> = {}) => {
  const [compiled] = compileRequests(
    planOf({endpoints, rates, requests: [{name: 'one', ...request}], ...rest}),
  )
  if (compiled === undefined) throw new Error('nothing was compiled')
  return {...compiled, sent: compiled.write({random: seededRandom(1), sequence: 3})}
}

const messageOfProblems = (sketch: Partial<PlanSketch>): string => {
  try {
    compileRequests(planOf({endpoints, rates, requests: [{name: 'one'}], ...sketch}))
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
  return 'no problem'
}

describe('requests', () => {
  it('go to the first endpoint unless they name another, below its path', () => {
    expect(compileOne({path: '/cart'})).toMatchObject({
      origin: 'http://127.0.0.1:8080',
      sent: {path: '/api/cart', body: null, headers: []},
    })
    expect(compileOne({path: '/x?y=1', endpoint: 'admin', method: 'put'})).toMatchObject({
      origin: 'https://admin.test',
      method: 'PUT',
      sent: {path: '/x?y=1'},
    })
  })

  it('send text as it is and JSON with its type, unless a type is given', () => {
    expect(compileOne({body: 'n={{sequence}}'}).sent).toMatchObject({body: 'n=3', headers: []})
    expect(compileOne({body: {n: '{{sequence}}'}}).sent).toMatchObject({
      body: '{"n":"3"}',
      headers: ['content-type', 'application/json'],
    })
    expect(compileOne({body: [1], headers: {'Content-Type': 'x/{{sequence}}'}}).sent).toMatchObject({
      body: '[1]',
      headers: ['Content-Type', 'x/3'],
    })
  })

  it('take their own timeout before the one of the load', () => {
    expect(compileOne({}, {timeoutMs: 5}).timeoutMs).toBe(5)
    expect(compileOne({timeoutMs: 7}, {timeoutMs: 5}).timeoutMs).toBe(7)
  })

  it('draw from lists of the scenario before those of the target', () => {
    const lists = {data: {who: ['scenario']}, targetData: {who: ['target'], what: ['a/b']}}
    expect(compileOne({path: '/{{pick who}}/{{pick what}}'}, lists).sent.path).toBe('/api/scenario/a%2Fb')
  })

  it('tell every problem at once, and where it stands', () => {
    const message = messageOfProblems({
      endpoints: {edge: 'ftp://files'},
      data: {lines: ['a\nb']},
      requests: [
        {name: 'a', path: 'x', headers: {'bad name': '', upgrade: 'h2c', 'x-line': '{{pick lines}}'}},
        {name: 'b', path: '/{{pick nothing}}', body: {deep: ['{{uuidd}}']}, endpoint: 'nowhere'},
        {name: 'b', method: 'GE T'},
      ],
    })
    expect(message.split('\n')).toEqual([
      'Scenario "engine-test": its requests cannot be sent',
      'load.requests[0].endpoint: "ftp://files" is not an http or https URL',
      'load.requests[0].path: "x" does not start with "/"',
      'load.requests[0].headers.bad name: is not a valid header name',
      'load.requests[0].headers.upgrade: is set by the engine itself',
      'load.requests[0].headers.x-line: "a\\nb" cannot stand in a header',
      'load.requests[1].endpoint: target "test" has no endpoint "nowhere" (endpoints: edge)',
      'load.requests[1].path: unknown list "nothing" (lists of the scenario and its target: lines)',
      'load.requests[1].body: unknown template {{uuidd}} (known: pick, next, uuid, sequence, random)',
      'load.requests[2].endpoint: "ftp://files" is not an http or https URL',
      'load.requests[2].method: "GE T" is not an HTTP method',
      'load.requests: two requests are called "b"',
    ])
  })

  it('need an endpoint and a weight', () => {
    expect(messageOfProblems({endpoints: {}})).toContain('(endpoints: none)')
    expect(messageOfProblems({requests: [{name: 'one', weight: 0}]})).toContain('no request has a weight')
  })
})
