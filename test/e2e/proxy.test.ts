import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {Toxiproxy} from 'toxiproxy-node-client'
import {describe, expect, it} from 'vitest'
import {within} from '../contracts/toxiproxy-rig.js'
import {newUser, type Running} from './cli.js'

const user = newUser()
const patienceMs = 30_000

/** The URL and seed of its first line. */
const ready = async ({child}: Running): Promise<{url: string; seed: string}> => {
  if (!child.stdout) throw new Error('no stdout')
  const [line] = await within(
    once(createInterface({input: child.stdout}), 'line'),
    'the first line',
    patienceMs,
  )
  const [, url = '', seed = ''] = /at (http:\S+) \(seed (\d+)\)/.exec(String(line)) ?? []
  return {url, seed}
}

describe('shakedown proxy', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'serves a Toxiproxy client until %s, then exits with 0',
    async (signal) => {
      const running = user.start(['proxy', '--port', '0', '--seed', '42', '--proxy-metrics'])
      const {url, seed} = await ready(running)
      expect(seed).toBe('42')
      const library = new Toxiproxy(url)
      const proxy = await library.createProxy({name: 'p', listen: '127.0.0.1:0', upstream: '127.0.0.1:1'})
      await proxy.addToxic({
        name: 't',
        type: 'latency',
        stream: 'upstream',
        toxicity: 1,
        attributes: {latency: 1, jitter: 0},
      })
      expect(await (await fetch(`${url}/metrics`)).text()).toContain('proxy="p"')
      running.child.kill(signal)
      const {code, stderr} = await within(running.done, 'the exit', patienceMs)
      expect([code, stderr]).toEqual([0, ''])
    },
  )
})
