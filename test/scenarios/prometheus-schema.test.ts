import {inspect} from 'node:util'
import {describe, expect, it} from 'vitest'
import {parseTarget} from '../../src/scenarios/load-target.js'
import type {PrometheusAt} from '../../src/scenarios/prometheus-access.js'
import {Hidden} from '../../src/system/hidden.js'

const text = (metrics: string): string =>
  `name: staging\nendpoints: {shop: http://shop.staging}\nmetrics:\n  prometheus: ${metrics}\n`

const read = (metrics: string, path = '/etc/targets/t.yaml'): PrometheusAt => {
  const found = parseTarget(path, text(metrics)).metrics
  if (found.kind !== 'prometheus') throw new Error('not a Prometheus')
  return found
}

describe('a Prometheus in a target file', () => {
  it('is a bare address, or all that it takes to get at it', () => {
    expect(read('http://p:9090')).toEqual({kind: 'prometheus', url: 'http://p:9090'})
    const long = `
    url: https://p.example/prom/
    bearer: {file: secrets/token}
    headers: {X-Scope-OrgID: {env: TENANT}}
    tls: {ca: ca.pem, cert: /abs/c.pem, key: k.pem, server-name: p.internal, insecure: false}
    timeout: 30s
    lookback: 1m`
    expect(read(long)).toEqual({
      kind: 'prometheus',
      url: 'https://p.example/prom',
      bearer: {file: '/etc/targets/secrets/token'},
      headers: {'X-Scope-OrgID': {env: 'TENANT'}},
      tls: {
        caFile: '/etc/targets/ca.pem',
        certFile: '/abs/c.pem',
        keyFile: '/etc/targets/k.pem',
        serverName: 'p.internal',
        insecure: false,
      },
      timeoutMs: 30_000,
      lookbackMs: 60_000,
    })
  })

  it.each([
    ['"http://sre:sesame@p:9090/x"', 'http://p:9090/x'],
    ['"http://p:9090/x?apikey=sesame"', 'http://p:9090/x'],
    ['{url: "http://sre:sesame@p:9090"}', 'http://p:9090'],
    ['{url: "http://p", bearer: sesame}', 'http://p'],
    ['{url: "http://p", basic: {username: sre, password: sesame}}', 'http://p'],
    ['{url: "http://p", headers: {X-Key: sesame}}', 'http://p'],
  ])('never shows what is secret: %s', (metrics, url) => {
    const found = read(metrics)
    expect(found.url).toBe(url)
    expect(JSON.stringify(found)).not.toContain('sesame')
    expect(inspect(found, {depth: 9, showHidden: true})).not.toContain('sesame')
    const secret = [found.address, found.bearer, found.basic?.password, found.headers?.['X-Key']].find(
      (each) => each !== undefined,
    )
    expect(secret instanceof Hidden && secret.reveal()).toContain('sesame')
  })

  it.each<[string, string]>([
    ['{bearer: sesame}', 'metrics.prometheus.url: expected an address such as "http://localhost:9090"'],
    ['{url: "http://p", bearer: 31337}', 'bearer: expected text in quotes, {env: NAME} or {file: PATH}'],
    ['{url: "http://p", bearer: {fil: sesame}}', 'expected text in quotes, {env: NAME} or {file: PATH}'],
    ['{url: "http://p", berer: sesame}', 'unknown key "berer": did you mean "bearer"?'],
    ['{url: "http://p", basic: {username: 31337, password: sesame}}', 'username: expected text in quotes'],
    ['{url: "http://p", tls: {cert: c.pem}}', 'a client certificate needs both "cert" and "key"'],
    ['{url: "http://p", headers: {"X Y": sesame}}', 'not the name of a header'],
    ['{url: "http://p", timeout: 10}', 'timeout: expected a duration above zero'],
    [
      '{url: "http://me:sesame@p", bearer: sesame}',
      'credentials are given twice: "bearer" and a user in the address',
    ],
    ['"p:9090/sesame"', 'expected an address such as "http://localhost:9090"'],
  ])('says what is wrong without telling secrets: %s', (metrics, message) => {
    expect(() => parseTarget('t.yaml', text(metrics))).toThrow(
      expect.objectContaining({message: expect.stringContaining(message)}),
    )
    expect(() => parseTarget('t.yaml', text(metrics))).toThrow(
      expect.objectContaining({message: expect.not.stringMatching(/sesame|31337/)}),
    )
  })
})
