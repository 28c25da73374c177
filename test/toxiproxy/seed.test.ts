import {describe, expect, it} from 'vitest'
import {randomFor} from '../../src/toxiproxy/random.js'
import {startToxiproxyServer} from '../../src/toxiproxy/server.js'
import {eventually, openRig} from '../contracts/toxiproxy-rig.js'

/** Which of 24 connections a toxic of toxicity 0.5 spares, in order of connecting. */
const fates = async (seed: number, name = 'run-1_f1'): Promise<string> => {
  const {url, close} = await startToxiproxyServer({host: '127.0.0.1', port: 0, seed})
  const rig = await openRig({url, kind: 'embedded', stop: close})
  const port = await rig.proxy('p', await rig.upstream())
  await rig.toxic('p', 'limit_data', {bytes: 0}, {toxicity: 0.5, name})
  let fate = ''
  for (let index = 0; index < 24; index++) {
    const peer = await rig.dial(port)
    peer.socket.write('x')
    await eventually('a fate', () => peer.received().length > 0 || peer.socket.readableEnded)
    fate += peer.received().length > 0 ? 's' : '.'
  }
  await rig.close()
  await close()
  return fate
}

describe('the seed', () => {
  it('decides which connections a toxic takes, the same ones in every run', async () => {
    const [first, second, other] = [await fates(42), await fates(42, 'run-2_f1'), await fates(43)]
    expect(second).toBe(first)
    expect(other).not.toBe(first)
    expect(first).toContain('s')
    expect(first).toContain('.')
  })

  it('gives every purpose its own even stream', () => {
    const firsts = Array.from({length: 20_000}, (_, index) => randomFor(9, `p\n${index}\nupstream\nt\n0`)())
    expect(new Set(firsts).size).toBeGreaterThan(19_990)
    // The mean of 20 000 uniform numbers has a standard deviation of 0.002; the share below a tenth one of 0.0021.
    expect(Math.abs(firsts.reduce((sum, value) => sum + value, 0) / firsts.length - 0.5)).toBeLessThan(0.011)
    expect(Math.abs(firsts.filter((value) => value < 0.1).length / firsts.length - 0.1)).toBeLessThan(0.011)
  })
})
