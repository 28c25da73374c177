import {type ChildProcess, fork} from 'node:child_process'
import {once} from 'node:events'
import {fileURLToPath} from 'node:url'
import {afterEach, describe, expect, test} from 'vitest'
import type {ServiceConfig} from '../../src/contract.js'
import {eventually, freePort} from '../fakes/shop.js'

/** Node starts only what is built. */
const entry = fileURLToPath(new URL('../../dist/services/main.js', import.meta.url))
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

const start = async (changes: Partial<ServiceConfig> = {}) => {
  const port = await freePort()
  const config: ServiceConfig = {
    service: 'psp',
    replica: 'psp-1',
    port,
    upstreams: {},
    switches: {},
    seed: 1,
    ...changes,
  }
  const child = fork(entry, [], {
    env: {...process.env, SHAKEDOWN_SERVICE_CONFIG: JSON.stringify(config)},
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  started.push(child)
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors += String(chunk)
  })
  const url = `http://127.0.0.1:${port}`
  return {
    child,
    url,
    errors: () => errors,
    ended: once(child, 'exit'),
    ready: () =>
      eventually(async () => {
        expect((await fetch(`${url}/readyz`)).status).toBe(200)
      }),
  }
}

describe('a service process', () => {
  test('charges through its real port', async () => {
    const {url, ready} = await start()
    await ready()
    const charge = () =>
      fetch(`${url}/charges`, {method: 'POST', body: JSON.stringify({key: 'k', amountCents: 100})})
    const first = await charge()
    expect(first.status).toBe(201)
    expect(await (await charge()).json()).toEqual(await first.json())
  })

  test('says that it is leaving on SIGTERM, and exits with 0', async () => {
    const {child, url, ready, ended} = await start()
    await ready()
    child.kill('SIGTERM')
    await eventually(async () => {
      expect((await fetch(`${url}/readyz`)).status).toBe(503)
    })
    expect(await ended).toEqual([0, null])
  })

  test('leaves without a word on SIGTERM when draining is off', async () => {
    const {child, url, ready, ended} = await start({switches: {'shutdown.drain': 'off'}})
    await ready()
    child.kill('SIGTERM')
    const seen: number[] = []
    while (child.exitCode === null)
      await fetch(`${url}/readyz`).then(
        ({status}) => seen.push(status),
        () => new Promise(setImmediate),
      )
    expect(await ended).toEqual([0, null])
    expect(seen).not.toContain(503)
  })

  test('ends with its supervisor', async () => {
    const {child, ready, ended} = await start()
    await ready()
    child.disconnect()
    expect(await ended).toEqual([0, null])
  })

  test('survives Ctrl-C, which reaches the whole process group', async () => {
    const {child, url, ready} = await start()
    await ready()
    child.kill('SIGINT')
    expect((await fetch(`${url}/livez`)).status).toBe(200)
  })

  test('refuses a switch that it does not have, and says which there are', async () => {
    const {ended, errors} = await start({switches: {breaker: false}})
    expect(await ended).toEqual([1, null])
    expect(errors()).toContain('breaker: no such switch here; there are shutdown.drain')
  })
})
