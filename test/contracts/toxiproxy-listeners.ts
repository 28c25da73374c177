import {afterEach, beforeEach, expect, it} from 'vitest'
import {openRig, type Rig, type ServerUnderTest} from './toxiproxy-rig.js'

const json = 'application/json'

/** What is left after an address could not be had. */
export const listenersContract = (start: () => ServerUnderTest): void => {
  let rig: Rig
  let port: number
  beforeEach(async () => {
    rig = await openRig(start())
    port = await rig.proxy('p', '127.0.0.1:1')
  })
  afterEach(() => rig.close())

  /** A proxy that is disabled while another one takes its port. */
  const robbed = async (): Promise<string> => {
    const other = await rig.proxy('robbed', 'x:1')
    await rig.must('PATCH', '/proxies/robbed', {enabled: false})
    await rig.must('PATCH', '/proxies/p', {listen: `127.0.0.1:${other}`})
    return `listen tcp 127.0.0.1:${other}: bind: address already in use`
  }
  const state = async (name: string): Promise<unknown> => (await rig.call('GET', `/proxies/${name}`)).json

  it('ends a reset with 500', async () => {
    const error = await robbed()
    const reset = await rig.call('POST', '/reset')
    expect([reset.status, reset.text]).toEqual([500, `{"error":"${error}","status":500}\n`])
    expect(await state('robbed')).toMatchObject({enabled: false})
  })

  it('ends populate with 500: earlier proxies stay, the one to replace is stopped', async () => {
    const old = await rig.proxy('old', 'x:1')
    const wanted = [
      {name: 'q', listen: '127.0.0.1:0', upstream: 'y:1'},
      {name: 'old', listen: `127.0.0.1:${port}`, upstream: 'x:1'},
      {name: 'r', listen: '127.0.0.1:0', upstream: 'y:1'},
    ]
    const answer = await rig.call('POST', '/populate', wanted)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([500, json])
    expect(answer.json).toMatchObject({
      error: `listen tcp 127.0.0.1:${port}: bind: address already in use`,
      status: 500,
      proxies: [{name: 'q', upstream: 'y:1'}],
    })
    expect(await state('old')).toMatchObject({listen: `127.0.0.1:${old}`, enabled: false})
    expect((await rig.call('GET', '/proxies/r')).status).toBe(404)
    await rig.must('DELETE', '/proxies/q')
  })
}
