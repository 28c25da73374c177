import {expect, it} from 'vitest'
import {connectToxiproxy} from '../../src/clients/toxiproxy.js'
import type {ServerUnderTest} from './toxiproxy-rig.js'

/** Our client does all it is asked on every server. */
export const clientContract = (start: () => ServerUnderTest): void => {
  it.each(['plain', 'order->payment', 'ä ?#&=%'])(
    'creates, reads, changes and deletes proxy %j',
    async (name) => {
      const client = connectToxiproxy(start().url)
      const toxic = {
        name: `${name}!`,
        type: 'latency',
        stream: 'upstream',
        toxicity: 0.5,
        attributes: {latency: 5, jitter: 1},
      } as const
      const created = await client.createProxy({name, listen: '127.0.0.1:0', upstream: '127.0.0.1:1'})
      expect(created).toMatchObject({name, upstream: '127.0.0.1:1', enabled: true, toxics: []})
      await client.addToxic(name, toxic)
      await expect(client.addToxic(name, toxic)).rejects.toThrow('toxic already exists')
      expect(await client.proxy(name)).toEqual({...created, toxics: [toxic]})
      expect(await client.proxies()).toEqual({[name]: {...created, toxics: [toxic]}})
      await client.setEnabled(name, false)
      expect(await client.proxy(name)).toMatchObject({enabled: false, listen: created.listen})
      await client.setEnabled(name, true)
      for (let time = 0; time < 2; time++) await client.removeToxic(name, toxic.name)
      expect(await client.proxy(name)).toEqual(created)
      for (let time = 0; time < 2; time++) await client.deleteProxy(name)
      expect(await client.proxy(name)).toBeUndefined()
    },
  )

  it('reads the version, and metrics where there are any', async () => {
    const client = connectToxiproxy(start().url)
    expect(await client.version()).toMatch(/^2\.12\.0/)
    expect(typeof (await client.metrics())).toBe(start().kind === 'real' ? 'undefined' : 'string')
  })
}
