import {mkdtemp, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {inspect} from 'node:util'
import {afterEach, describe, expect, it} from 'vitest'
import {openPrometheus, type PrometheusClient, type PrometheusOptions} from '../../src/clients/prometheus.js'
import {Hidden} from '../../src/system/hidden.js'
import {type FakePrometheus, startFakePrometheus, success, vector} from '../fakes/metrics-prometheus.js'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const connected = async (
  options: Omit<PrometheusOptions, 'url'>,
  user = '',
): Promise<{client: PrometheusClient; server: FakePrometheus}> => {
  const server = await startFakePrometheus((_, response) => success(response, vector()))
  closers.push(server.close)
  const client = openPrometheus({url: server.url.replace('//', `//${user}`), ...options})
  closers.push(client.close)
  return {client, server}
}

const file = async (text: string): Promise<string> => {
  const path = join(await mkdtemp(join(tmpdir(), 'credentials-')), 'token')
  await writeFile(path, text)
  return path
}

const thrownBy = async (work: Promise<unknown>): Promise<Error & {hint?: string}> => {
  const thrown: unknown = await work.catch((error: unknown) => error)
  if (!(thrown instanceof Error)) throw new Error('nothing was thrown')
  return thrown
}

describe('credentials', () => {
  it.each<[string, Omit<PrometheusOptions, 'url'>, string]>([
    ['a token as written', {bearer: new Hidden('sesame-1')}, 'Bearer sesame-1'],
    ['a token from the environment', {bearer: {env: 'T'}, environment: {T: 'sesame-2'}}, 'Bearer sesame-2'],
    [
      'a user with the password from the environment',
      {basic: {username: 'sre', password: {env: 'P'}}, environment: {P: 'p:w'}},
      `Basic ${Buffer.from('sre:p:w').toString('base64')}`,
    ],
    ['a header of its own', {headers: {Authorization: new Hidden('Token abc')}}, 'Token abc'],
  ])('are sent: %s', async (_, options, authorization) => {
    const {client, server} = await connected(options)
    await client.query('up', 0)
    expect(server.asked[0]?.authorization).toBe(authorization)
  })

  it('in a file are read anew for each request, for tokens that are replaced', async () => {
    const path = await file('first\n')
    const {client, server} = await connected({bearer: {file: path}})
    await client.query('up', 0)
    await writeFile(path, 'second\r\n')
    await client.query('up', 0)
    expect(server.asked.map(({authorization}) => authorization)).toEqual(['Bearer first', 'Bearer second'])
  })

  it.each<[string, () => Promise<PrometheusOptions['bearer']>, RegExp]>([
    [
      'a variable that is not set',
      async () => ({env: 'NO_SUCH'}),
      /environment variable NO_SUCH\) is empty or not set/,
    ],
    ['a file that is not there', async () => ({file: '/no/such/token'}), /Cannot read .*\/no\/such\/token/],
    ['an empty file', async () => ({file: await file('\n')}), /token\) is empty/],
    ['two lines', async () => ({file: await file('sesame-a\nsesame-b')}), /token\) has line breaks/],
    ['text with a line break', async () => new Hidden('sesame\nx'), /what is written\) has line breaks/],
  ])('that cannot be sent are a user error that does not tell them: %s', async (_, bearer, message) => {
    const secret = await bearer()
    const {client, server} = await connected({...(secret && {bearer: secret}), environment: {}})
    const thrown = await thrownBy(client.query('up', 0))
    expect(thrown).toMatchObject({name: 'UserError', message: expect.stringMatching(message)})
    expect(`${thrown.message}${thrown.hint}`).not.toContain('sesame')
    expect(server.asked).toEqual([])
  })

  it.each([
    ['a web page', 200, (secret: string) => `<html>You sent ${secret}</html>`],
    ['a refusal', 401, (secret: string) => `no such token: ${secret}`],
    [
      'an error of the API',
      422,
      (secret: string) => JSON.stringify({status: 'error', errorType: 'internal', error: `header ${secret}`}),
    ],
    [
      'an error about the query',
      400,
      (secret: string) => JSON.stringify({status: 'error', errorType: 'bad_data', error: `header ${secret}`}),
    ],
  ])('that a server repeats in %s are not in the message', async (_, status, body) => {
    const {client, server} = await connected(
      {headers: {'X-Key': new Hidden('key-"sesame"')}},
      'sre:s%40sesame@',
    )
    const basic = Buffer.from('sre:s@sesame').toString('base64')
    for (const secret of ['s@sesame', basic, 'key-"sesame"']) {
      server.answer((_asked, response) => void response.writeHead(status).end(body(secret)))
      const thrown = await thrownBy(client.query('up', 0))
      expect(thrown.message).toContain('(hidden)')
      expect(inspect(thrown, {depth: 9})).not.toMatch(/sesame|c3Jl/)
    }
  })

  it('in the query string of an address are sent and never shown', async () => {
    const server = await startFakePrometheus((_, response) => void response.writeHead(404).end('no'))
    closers.push(server.close)
    const client = openPrometheus({url: `${server.url}/prom?apikey=sesame`})
    closers.push(client.close)
    const thrown = await thrownBy(client.query('up', 0))
    expect(server.asked[0]?.path).toBe('/prom/api/v1/query?apikey=sesame')
    expect(inspect([thrown, client.url], {depth: 9})).not.toContain('sesame')
  })
})
