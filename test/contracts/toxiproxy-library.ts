import {Toxiproxy} from 'toxiproxy-node-client'
import {expect, it} from 'vitest'
import {openRig, type ServerUnderTest} from './toxiproxy-rig.js'

/** What the library's types allow, each with attributes that do no harm to the original. */
const toxics = [
  ['latency', {latency: 5, jitter: 1}],
  ['bandwidth', {rate: 1000}],
  ['slow_close', {delay: 5}],
  ['timeout', {timeout: 5}],
  ['slicer', {average_size: 10, size_variation: 10, delay: 5}],
  ['limit_data', {bytes: 100}],
  ['reset_peer', {timeout: 5}],
] as const

/** The community's client drives every server, with its own HTTP and nothing of ours in between. */
export const libraryContract = (start: () => ServerUnderTest): void => {
  it('toxiproxy-node-client creates, populates, changes, resets and removes', async () => {
    const rig = await openRig(start())
    const library = new Toxiproxy(rig.server.url)
    const upstream = await rig.upstream()
    const created = await library.createProxy({name: 'lib', listen: '127.0.0.1:0', upstream})
    expect(created).toMatchObject({name: 'lib', upstream, enabled: true})
    for (const [type, attributes] of toxics) {
      const toxic = await created.addToxic({
        type,
        attributes,
        name: type,
        stream: 'upstream',
        toxicity: 1,
      })
      expect(toxic).toMatchObject({name: type, type, stream: 'upstream', toxicity: 1, attributes})
      expect(await toxic.update({...toxic.toJson(), toxicity: 0.5})).toMatchObject({
        attributes,
        toxicity: 0.5,
      })
      expect(await created.getToxic(type)).toMatchObject({attributes, toxicity: 0.5})
      await toxic.remove()
      await expect(created.getToxic(type)).rejects.toThrow()
    }
    const disabled = await created.update({...created.toJson(), enabled: false})
    expect(disabled.enabled).toBe(false)
    const populated = await library.populate([{name: 'more', listen: '127.0.0.1:0', upstream}])
    expect(Object.values(populated).map(({name}) => name)).toEqual(['more'])
    expect(Object.keys(await library.getAll()).sort()).toEqual(['lib', 'more'])
    await library.reset()
    expect(await library.get('lib')).toMatchObject({enabled: true})
    await expect(library.get('none')).rejects.toThrow()
    expect(JSON.stringify(await library.getVersion())).toContain('2.12.0')
    for (const proxy of Object.values(await library.getAll())) await proxy.remove()
    expect(await library.getAll()).toEqual({})
    await rig.close()
  })
}
