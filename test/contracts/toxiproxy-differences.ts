import {setTimeout as delay} from 'node:timers/promises'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {eventually, openRig, type Rig, type ServerUnderTest, within} from './toxiproxy-rig.js'
import {roundTrip} from './toxiproxy-toxics.js'

/** Where ours is different on purpose and no other part of the contract says so: each test's name says what the original does. */
export const differencesContract = (start: () => ServerUnderTest): void => {
  let rig: Rig
  let port: number
  beforeEach(async () => {
    rig = await openRig(start())
    port = await rig.proxy('p', await rig.upstream())
  })
  afterEach(() => rig.close())

  it('removing reset_peer during its wait lets the data through (the original waits and resets)', async () => {
    await rig.toxic('p', 'reset_peer', {timeout: 60_000})
    const peer = await rig.dial(port)
    peer.socket.write('held')
    await delay(50)
    const startedAt = performance.now()
    await rig.must('DELETE', '/proxies/p/toxics/reset_peer_downstream')
    expect(performance.now() - startedAt).toBeLessThan(20_000)
    expect((await peer.receive(4)).toString()).toBe('held')
  })

  it('what ends after reset_peer is gone ends with FIN (the original resets it)', async () => {
    await rig.toxic('p', 'reset_peer', {timeout: 60_000})
    const peer = await rig.dial(port)
    await rig.must('DELETE', '/proxies/p/toxics/reset_peer_downstream')
    await roundTrip(peer, Buffer.from('x'))
    await rig.must('PATCH', '/proxies/p', {enabled: false})
    expect(await within(peer.ending, 'closing')).toBe('end')
  })

  it('a neighbour that comes and goes rolls no dice again (the original does)', async () => {
    await rig.toxic('p', 'bandwidth', {rate: 0}, {name: 'half', toxicity: 0.5})
    const peers = await Promise.all(Array.from({length: 24}, () => rig.dial(port)))
    const fates = (): boolean[] => peers.map(({received}) => received().length > 0)
    for (const {socket} of peers) socket.write('x')
    await eventually('some to be spared', () => fates().includes(true))
    let before: boolean[] = []
    await eventually('all that are spared to have their answers', async () => {
      before = fates()
      await delay(500)
      return before.join() === fates().join()
    })
    expect(before).toContain(false)
    await rig.toxic('p', 'noop', {}, {name: 'neighbour'})
    await rig.must('DELETE', '/proxies/p/toxics/neighbour')
    await delay(200)
    expect(fates()).toEqual(before)
  })

  it('a name with a slash can be addressed (in the original it can only be created)', async () => {
    await rig.must('POST', '/proxies', {name: 'a/b', listen: '127.0.0.1:0', upstream: 'x:1'})
    await rig.must('POST', '/proxies/a%2Fb/toxics', {type: 'noop', name: 'c/d'})
    expect((await rig.call('GET', '/proxies/a%2Fb/toxics/c%2Fd')).json).toMatchObject({name: 'c/d'})
    await rig.must('DELETE', '/proxies/a%2Fb')
    expect((await rig.call('GET', '/proxies/a%2Fb')).status).toBe(404)
  })

  it('a body of more than a mebibyte is refused (the original reads it)', async () => {
    const {status, text} = await rig.call('POST', '/populate', `[${' '.repeat(1024 * 1024)}]`)
    expect([status, text]).toEqual([400, expect.stringContaining('request body too large')])
    expect((await rig.call('GET', '/version')).status).toBe(200)
  })
}
