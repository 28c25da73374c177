import {once} from 'node:events'
import {createServer, type Server} from 'node:http'
import {Readable} from 'node:stream'
import {setTimeout as delay} from 'node:timers/promises'
import {Pool} from 'undici'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {portOf} from '../../contracts/toxiproxy-rig.js'
import {type HttpRig, openHttpRig} from '../../fakes/toxiproxy-http.js'

let http: HttpRig
let echo: Server
let port: number

beforeAll(async () => {
  http = await openHttpRig()
  echo = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    response.end(`${request.url} ${Buffer.concat(chunks).length}`)
  }).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  port = await http.rig.proxy('echo', `127.0.0.1:${portOf(echo)}`)
})
afterAll(async () => {
  await http.close()
  echo.closeAllConnections()
  echo.close()
})

/** Sends requests with bodies of all sizes, some in chunks; tells how many were answered by whom. */
const askAll = async (
  pool: Pool,
  count: number,
): Promise<{ours: number; theirs: number; wrong: string[]}> => {
  const outcome = {ours: 0, theirs: 0, wrong: [] as string[]}
  const ask = async (id: number): Promise<void> => {
    const size = (id * 7919) % 3_000
    const body = id % 3 === 0 ? Readable.from([Buffer.alloc(size)]) : Buffer.alloc(size)
    const {
      statusCode,
      body: answer,
      headers,
    } = await pool.request({method: 'PUT', path: `/${id}`, body, idempotent: true})
    const text = await answer.text()
    if (headers['x-shakedown-fault'] !== undefined && statusCode === 503) outcome.ours += 1
    else if (text === `/${id} ${size}`) outcome.theirs += 1
    else outcome.wrong.push(`${id}: ${statusCode} ${text}`)
  }
  let next = 0
  const worker = async (): Promise<void> => {
    for (let id = next++; id < count; id = next++) await ask(id)
  }
  await Promise.all(Array.from({length: 16}, worker))
  await pool.close()
  return outcome
}

describe('an http toxic that comes, changes and goes under load', () => {
  it('gives every request its own answer', async () => {
    const toxics = '/proxies/echo/toxics'
    const load = askAll(new Pool(`http://127.0.0.1:${port}`, {connections: 8}), 1_200)
    const state = {over: false}
    const changing = (async () => {
      for (let turn = 0; !state.over; turn++) {
        const attributes = {status: 503, share: 0.3, delay: turn % 3}
        await http.rig.must('POST', toxics, {type: 'http', name: 'x', stream: 'upstream', attributes})
        await delay(turn % 7)
        await http.rig.must('POST', `${toxics}/x`, {toxicity: turn % 2, attributes: {share: 0.6}})
        await delay(turn % 5)
        await http.rig.must('DELETE', `${toxics}/x`)
      }
    })()
    const outcome = await load.finally(() => {
      state.over = true
    })
    await changing
    expect(outcome.wrong).toEqual([])
    expect(outcome.ours).toBeGreaterThan(50)
    expect(outcome.theirs).toBeGreaterThan(50)
  })

  it('gives every request its own answer when they are pipelined, too', async () => {
    const attributes = {status: 503, share: 0.4}
    await http.rig.toxic('echo', 'http', attributes, {name: 'x', stream: 'upstream'})
    const {ours, theirs, wrong} = await askAll(
      new Pool(`http://127.0.0.1:${port}`, {connections: 2, pipelining: 8}),
      600,
    )
    expect({wrong, sum: ours + theirs}).toEqual({wrong: [], sum: 600})
    expect(ours).toBeGreaterThan(150)
    await http.rig.must('DELETE', '/proxies/echo/toxics/x')
  })
})
