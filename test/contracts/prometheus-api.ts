import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {wallClock} from '../../src/system/clock.js'
import {remoteWrite} from '../fakes/remote-write.js'
import {type ApiCase, queryCases, rangeCases, seriesCases} from './prometheus-api-cases.js'
import {contractData} from './prometheus-api-data.js'
import {moreCases} from './prometheus-api-more-cases.js'

/** A server that speaks the HTTP API of Prometheus 3.5 and takes remote write. */
export interface ApiUnderTest {
  start(): Promise<{url: string; stop(): Promise<void>}>
}

/** Writes epoch seconds for `T-60`; where that is all of a text in a body, a number. */
const atBase = (value: unknown, baseS: number): unknown => {
  if (Array.isArray(value)) return value.map((one) => atBase(one, baseS))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, atBase(one, baseS)]))
  const offset = typeof value === 'string' ? /^T([+-]\d+)$/.exec(value)?.[1] : undefined
  return offset === undefined ? value : baseS + Number(offset)
}

const addressOf = (base: string, request: string, baseS: number): URL => {
  const [path = '', query = ''] = request
    .replace(/T([+-]\d+)/g, (_, offset) => String(baseS + Number(offset)))
    .split('?')
  const url = new URL(`${base}/api/v1/${path}`)
  for (const pair of query.split('&').filter(Boolean)) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? []
    url.searchParams.append(name, value.replaceAll('%2B', '+'))
  }
  return url
}

/** Vectors and matrices come in any order unless sorted. */
const ordered = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body), (key, value) =>
    (key === 'result' || key === 'data') &&
    Array.isArray(value) &&
    value.some((one) => typeof one === 'object')
      ? [...value].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : value,
  )

const all = [...queryCases, ...rangeCases, ...seriesCases, ...moreCases]
const formEndpoints = /^(?:query|query_range|format_query|series|labels|query_exemplars)(?:\?|$)/

/** One suite over our own server and the real one; every status, text and number is what Prometheus 3.5 answers. */
export const prometheusApiContract = (name: string, underTest: ApiUnderTest): void => {
  describe(`the HTTP API of ${name}`, () => {
    const baseS = Math.floor(wallClock.now() / 60_000) * 60
    let url = ''
    let stop = async (): Promise<void> => {}

    beforeAll(async () => {
      ;({url, stop} = await underTest.start())
      expect(await remoteWrite(url, contractData(baseS))).toEqual({status: 204, text: ''})
    })
    afterAll(() => stop())

    const table = (cases: ApiCase[]): [string, ApiCase][] => cases.map((one) => [one.request, one])

    it.each(table(all))('answers GET %s', async (_, {request, status, body}) => {
      const response = await fetch(addressOf(url, request, baseS))
      const answer: unknown = await response.json()
      expect(ordered(answer)).toEqual(ordered(atBase(body, baseS)))
      expect(response.status).toBe(status)
      expect(response.headers.get('content-type')).toBe('application/json')
    })

    it.each(table(all.filter(({request}) => formEndpoints.test(request))))(
      'answers a form with %s',
      async (_, {request, status, body}) => {
        const {origin, pathname, searchParams} = addressOf(url, request, baseS)
        const response = await fetch(`${origin}${pathname}`, {method: 'POST', body: searchParams})
        expect(ordered(await response.json())).toEqual(ordered(atBase(body, baseS)))
        expect(response.status).toBe(status)
      },
    )

    it.each([
      ['GET', '/-/healthy', 200, 'Prometheus Server is Healthy.\n'],
      ['GET', '/-/ready', 200, 'Prometheus Server is Ready.\n'],
      ['HEAD', '/-/ready', 200, ''],
      ['GET', '/api/v1/nope', 404, '404 page not found\n'],
      ['DELETE', '/api/v1/query', 405, 'Method Not Allowed\n'],
      ['POST', '/api/v1/label/code/values', 405, 'Method Not Allowed\n'],
      ['GET', '/api/v1/write', 405, 'Method Not Allowed\n'],
      ['OPTIONS', '/api/v1/query', 204, ''],
    ])('answers %s %s with %i', async (method, path, status, text) => {
      const response = await fetch(`${url}${path}`, {method})
      expect([response.status, await response.text()]).toEqual([status, text])
    })

    it('lets a page of another origin read', async () => {
      const response = await fetch(`${url}/api/v1/labels`, {headers: {origin: 'http://grafana.test'}})
      expect(response.headers.get('access-control-allow-origin')).toBe('http://grafana.test')
      await response.text()
    })

    it('takes the parameters of the form before those of the address', async () => {
      const body = new URLSearchParams({time: '2', query: '1'})
      const response = await fetch(`${url}/api/v1/query?time=3`, {method: 'POST', body})
      expect(await response.json()).toMatchObject({data: {result: [2, '1']}})
    })

    it('takes a query of 10,000 characters in the address', async () => {
      const query = `requests_total{code=~"500|${'x'.repeat(10_000)}"}`
      const response = await fetch(addressOf(url, `query?time=T+0&query=${query}`, baseS))
      expect(await response.json()).toMatchObject({data: {result: [{value: [baseS, '60']}]}})
    })
  })
}
