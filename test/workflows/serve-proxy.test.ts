import {once} from 'node:events'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {connect, createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {EnvironmentError, UserError} from '../../src/errors.js'
import {serveProxy} from '../../src/workflows/serve-proxy.js'
import {outcome, portOf, within} from '../contracts/toxiproxy-rig.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-proxy-'))
})
afterAll(() => rm(folder, {recursive: true}))

const config = async (content: unknown): Promise<string> => {
  const path = join(folder, `${performance.now()}.json`)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const request = {host: '127.0.0.1', port: 0}

/** Serves until the callback is done with it. */
const whileServing = async (
  options: object,
  use: (url: string, seed: number) => Promise<void>,
): Promise<void> => {
  const stop = new AbortController()
  const ready = outcome<{url: string; seed: number}>()
  const serving = serveProxy({...request, ...options}, stop.signal, ready.resolve)
  try {
    const {url, seed} = await within(
      Promise.race([ready.promise, serving.then(() => ready.promise)]),
      'serving',
    )
    await use(url, seed)
  } finally {
    stop.abort()
    await within(serving, 'the end')
  }
}

const failure = async (options: object): Promise<UserError | EnvironmentError> => {
  const never = new AbortController().signal
  const thrown = await within(
    serveProxy({...request, ...options}, never, () => {}).catch((cause: unknown) => cause),
    'the failure',
  )
  if (thrown instanceof UserError || thrown instanceof EnvironmentError) return thrown
  throw new Error(`not an error for users: ${thrown}`)
}

describe('serveProxy', () => {
  it('serves the proxies of its config until it is told to stop, and frees their ports', async () => {
    const upstream = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
    await once(upstream, 'listening')
    const path = await config([{name: 'a', listen: '127.0.0.1:0', upstream: `127.0.0.1:${portOf(upstream)}`}])
    let port = 0
    await whileServing({config: path}, async (url) => {
      const {a} = (await (await fetch(`${url}/proxies`)).json()) as {a: {listen: string}}
      port = Number(a.listen.split(':')[1])
      const client = connect({port, host: '127.0.0.1'})
      client.write('hello')
      const [data] = await within(once(client, 'data'), 'the echo')
      expect(String(data)).toBe('hello')
      client.on('error', () => {})
    })
    const again = createServer().listen(port, '127.0.0.1')
    await once(again, 'listening')
    again.close()
    upstream.close()
  })

  it('says its seed, the one it was given or one that can be given next time', async () => {
    await whileServing({seed: 7}, async (_, seed) => expect(seed).toBe(7))
    await whileServing({}, async (_, seed) => expect(Number.isInteger(seed)).toBe(true))
  })

  it.each([
    ['no JSON', '{bad', /bad request body: invalid character 'b'/],
    ['an object', {name: 'a'}, /cannot unmarshal object/],
    ['a proxy without an upstream', [{name: 'a', upstream: 'x:1'}, {name: 'b'}], /upstream at proxy 2/],
  ])('refuses a config with %s, and shows what it should look like', async (_, content, message) => {
    const path = await config(content)
    const error = await failure({config: path})
    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toContain(path)
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('"status"')
    expect(error.hint).toContain('[{"name"')
  })

  it('refuses a config that is not there', async () => {
    const error = await failure({config: join(folder, 'none.json')})
    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toMatch(/none\.json cannot be read.*ENOENT/)
  })

  it('names the proxy address that is taken, and keeps no other proxy listening', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    const spare = createServer().listen(0, '127.0.0.1')
    await Promise.all([once(taken, 'listening'), once(spare, 'listening')])
    const [busy, free] = [portOf(taken), portOf(spare)]
    await new Promise((resolve) => spare.close(resolve))
    const path = await config([
      {name: 'a', listen: `127.0.0.1:${free}`, upstream: 'x:1'},
      {name: 'b', listen: `127.0.0.1:${busy}`, upstream: 'x:1'},
    ])
    const error = await failure({config: path})
    expect(error).toBeInstanceOf(EnvironmentError)
    expect(error.message).toContain(`listen tcp 127.0.0.1:${busy}: bind: address already in use`)
    const again = createServer().listen(free, '127.0.0.1')
    await once(again, 'listening')
    again.close()
    taken.close()
  })

  it('names the API address that is taken or is not of this machine', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const busy = await failure({port: portOf(taken)})
    expect(busy).toBeInstanceOf(EnvironmentError)
    expect([busy.message, busy.hint]).toEqual([
      expect.stringContaining(`127.0.0.1:${portOf(taken)}`),
      expect.stringContaining('--port'),
    ])
    taken.close()
    const foreign = await failure({host: '192.0.2.1'})
    expect([foreign.message, foreign.hint]).toEqual([
      expect.stringContaining('192.0.2.1'),
      expect.stringContaining('--host'),
    ])
  })
})
