import {describe, expect, it} from 'vitest'
import {accessFromEnvironment, prometheusAsked} from '../../src/metrics/prometheus-environment.js'
import {Hidden} from '../../src/system/hidden.js'

const named = (variables: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [`SHAKEDOWN_PROMETHEUS_${name}`, value]),
  )

describe('the environment of --prometheus', () => {
  it.each<[Record<string, string>, object]>([
    [{}, {}],
    [{BEARER_TOKEN: ''}, {}],
    [{BEARER_TOKEN: 'sesame'}, {bearer: {env: 'SHAKEDOWN_PROMETHEUS_BEARER_TOKEN'}}],
    [{BEARER_TOKEN_FILE: '/run/token'}, {bearer: {file: '/run/token'}}],
    [
      {USERNAME: 'sre', PASSWORD: 'sesame'},
      {basic: {username: 'sre', password: {env: 'SHAKEDOWN_PROMETHEUS_PASSWORD'}}},
    ],
    [{USERNAME: 'sre', PASSWORD_FILE: 'pw'}, {basic: {username: 'sre', password: {file: 'pw'}}}],
    [
      {CA_FILE: 'ca.pem', CERT_FILE: 'c.pem', KEY_FILE: 'k.pem', SERVER_NAME: 'p', INSECURE: 'false'},
      {tls: {caFile: 'ca.pem', certFile: 'c.pem', keyFile: 'k.pem', serverName: 'p', insecure: false}},
    ],
    [{INSECURE: 'TRUE'}, {tls: {insecure: true}}],
    [
      {TIMEOUT: '30s', LOOKBACK: '1m'},
      {timeoutMs: 30_000, lookbackMs: 60_000},
    ],
  ])('%j is how to get at it', (variables, access) => {
    expect(accessFromEnvironment(named(variables))).toEqual(access)
  })

  it('has headers one after another, whose values are not shown', () => {
    const {headers = {}} = accessFromEnvironment(named({HEADERS: 'X-Scope-OrgID: team-a, X-B: b:c\nX-C: d'}))
    const revealed = Object.entries(headers).map(([name, value]) => [
      name,
      value instanceof Hidden ? value.reveal() : value,
    ])
    expect(revealed).toEqual([
      ['X-Scope-OrgID', 'team-a'],
      ['X-B', 'b:c'],
      ['X-C', 'd'],
    ])
    expect(JSON.stringify(headers)).not.toContain('team-a')
  })

  it.each<[Record<string, string>, RegExp]>([
    [{TOKEN: 'sesame'}, /SHAKEDOWN_PROMETHEUS_TOKEN is not known/],
    [{BEARER_TOKN: 'sesame'}, /BEARER_TOKN is not known/],
    [{USERNAME: 'sre'}, /PASSWORD is not set, but there is a user name/],
    [{PASSWORD: 'sesame'}, /USERNAME is not set, but there is a password/],
    [{BEARER_TOKEN: 'sesame', USERNAME: 'sre', PASSWORD: 'x'}, /beside a bearer token/],
    [{HEADERS: 'sesame'}, /HEADERS is not of the form/],
    [{TIMEOUT: 'sesame'}, /TIMEOUT is not a duration/],
    [{LOOKBACK: '0s'}, /LOOKBACK is not a duration/],
    [{INSECURE: 'sesame'}, /INSECURE is not "true" or "false"/],
    [{CERT_FILE: 'c.pem'}, /KEY_FILE is not set: a client certificate needs both/],
  ])('%j is refused without telling what was found', (variables, message) => {
    expect(() => accessFromEnvironment(named(variables))).toThrow(
      expect.objectContaining({name: 'UserError', message: expect.stringMatching(message)}),
    )
    expect(() => accessFromEnvironment(named(variables))).toThrow(
      expect.objectContaining({message: expect.not.stringContaining('sesame')}),
    )
  })

  it('goes with the address', () => {
    expect(prometheusAsked('http://p:9090/', named({TIMEOUT: '5s'}))).toEqual({
      kind: 'prometheus',
      url: 'http://p:9090',
      timeoutMs: 5000,
    })
    expect(() => prometheusAsked('p:9090', {})).toThrow(/not an http/)
    expect(() => prometheusAsked('http://me:x@p', named({BEARER_TOKEN: 'x'}))).toThrow(/given twice/)
  })
})
