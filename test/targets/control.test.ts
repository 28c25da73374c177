import {once} from 'node:events'
import {createServer, type Server} from 'node:http'
import {setTimeout as delay} from 'node:timers/promises'
import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {askControl} from '../../src/targets/control.js'

/** Collects garbage now: what only a weak reference keeps is gone after it. */
const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

describe('a supervisor', () => {
  let server: Server
  let url: string
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/hangs') return
      if (request.url === '/half') return void response.writeHead(200).write('{"a"')
      if (request.url === '/refuses') response.writeHead(409)
      response.end(JSON.stringify(request.url === '/refuses' ? {error: 'not now'} : {method: request.method}))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  it.each(['GET', 'PUT', 'DELETE'] as const)('answers %s', async (method) => {
    expect(await askControl(url, '/', {method})).toEqual({method})
  })

  it('says why it refuses', async () => {
    await expect(askControl(url, '/refuses', {method: 'PUT', body: {}})).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: 'The reference deployment refused PUT /refuses: not now',
    })
  })

  it.each(['/hangs', '/half'])(
    'that %s is given up, whatever the garbage collector does',
    async (path) => {
      const signal = new AbortController().signal
      const asked = askControl(url, path, {limitMs: 400, signal})
      const seen = expect(asked).rejects.toMatchObject({
        name: 'EnvironmentError',
        message: expect.stringContaining('does not answer at'),
      })
      for (let round = 0; round < 5; round++) {
        await delay(50)
        collectGarbage()
      }
      await seen
    },
    10_000,
  )

  it('is not waited for any longer when the run stops, which is the reason given', async () => {
    const stop = new AbortController()
    const asked = askControl(url, '/hangs', {limitMs: 60_000, signal: stop.signal})
    const reason = new Error('enough')
    setTimeout(() => stop.abort(reason), 50)
    await expect(asked).rejects.toBe(reason)
    await expect(askControl(url, '/', {signal: stop.signal})).rejects.toBe(reason)
  })
})
