import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {openRig, type Rig, type ServerUnderTest} from './toxiproxy-rig.js'

const json = 'application/json'

/** Every type with its attributes as they come back when none were given. */
const defaults: [string, string][] = [
  ['latency', '{"latency":0,"jitter":0}'],
  ['bandwidth', '{"rate":0}'],
  ['slow_close', '{"delay":0}'],
  ['timeout', '{"timeout":0}'],
  ['reset_peer', '{"timeout":0}'],
  ['slicer', '{"average_size":0,"size_variation":0,"delay":0}'],
  ['limit_data', '{"bytes":0}'],
  ['noop', '{}'],
]

export const apiContract = (start: () => ServerUnderTest): void => {
  let rig: Rig
  let port: number
  const shown = (more = ''): string =>
    `{"name":"p","listen":"127.0.0.1:${port}","upstream":"127.0.0.1:1","enabled":true,"Logger":{},"toxics":[${more}]}`

  beforeEach(async () => {
    rig = await openRig(start())
    port = await rig.proxy('p', '127.0.0.1:1')
  })
  afterEach(() => rig.close())

  describe('proxies', () => {
    it('are created with 201, shown, listed by name and deleted with 204', async () => {
      const created = await rig.call('POST', '/proxies', {
        name: 'a<&>',
        listen: 'localhost:0',
        upstream: 'x:1',
      })
      expect(created.status).toBe(201)
      expect(created.headers.get('content-type')).toBe(json)
      expect(created.text).toMatch(
        /^\{"name":"a\\u003c\\u0026\\u003e","listen":"127\.0\.0\.1:\d+","upstream":"x:1","enabled":true,"Logger":\{\},"toxics":\[\]\}$/,
      )
      expect((await rig.call('GET', '/proxies/p')).text).toBe(shown())
      const list = await rig.call('GET', '/proxies')
      expect(list.text.startsWith('{"a\\u003c\\u0026\\u003e":{')).toBe(true)
      expect(list.text.endsWith(`,"p":${shown()}}`)).toBe(true)
      expect(list.headers.get('x-toxiproxy-request-id')).toHaveLength(20)
      const deleted = await rig.call('DELETE', `/proxies/${encodeURIComponent('a<&>')}`)
      expect([deleted.status, deleted.text, deleted.headers.get('content-type')]).toEqual([204, '', null])
    })

    it('that are busy are refused and not kept', async () => {
      const body = {name: 'q', listen: `127.0.0.1:${port}`, upstream: 'x:1'}
      const refused = await rig.call('POST', '/proxies', body)
      expect([refused.status, refused.text]).toEqual([
        500,
        `{"error":"listen tcp 127.0.0.1:${port}: bind: address already in use","status":500}\n`,
      ])
      expect((await rig.call('GET', '/proxies/q')).status).toBe(404)
    })

    it.each(['PATCH', 'POST'])('are changed by %s; what is absent, unknown or null stays', async (verb) => {
      expect((await rig.call(verb, '/proxies/p', '{}')).text).toBe(shown())
      expect((await rig.call(verb, '/proxies/p', 'null')).text).toBe(shown())
      const renamed = await rig.call(verb, '/proxies/p', {
        name: 'q',
        UPSTREAM: 'y:2',
        extra: 1,
        enabled: null,
      })
      expect(renamed.text).toBe(shown().replace('127.0.0.1:1"', 'y:2"'))
      expect((await rig.call(verb, '/proxies/p', '{"enabled":false} tail')).text).toContain('"enabled":false')
      const again = await rig.call(verb, '/proxies/p', {enabled: true})
      expect(again.text).toContain(`"listen":"127.0.0.1:${port}"`)
    })

    it('that are created disabled echo the address as it was sent', async () => {
      const body = {name: 'q', listen: 'localhost:0', upstream: 'x:1', enabled: false}
      expect((await rig.call('POST', '/proxies', body)).text).toContain('"listen":"localhost:0"')
      await rig.must('DELETE', '/proxies/q')
    })

    it('listening on all addresses say so as Go does', async () => {
      const created = await rig.call('POST', '/proxies', {name: 'q', listen: ':0', upstream: 'x:1'})
      expect((created.json as {listen: string}).listen).toMatch(/^(\[::\]|0\.0\.0\.0):\d+$/)
      await rig.must('DELETE', '/proxies/q')
    })

    it('that move to a busy address stay stopped with the new one', async () => {
      const other = await rig.proxy('other', 'x:1')
      const moved = await rig.call('PATCH', '/proxies/p', {listen: `127.0.0.1:${other}`})
      expect([moved.status, moved.text]).toEqual([
        500,
        `{"error":"listen tcp 127.0.0.1:${other}: bind: address already in use","status":500}\n`,
      ])
      const {listen, enabled} = (await rig.call('GET', '/proxies/p')).json as {
        listen: string
        enabled: boolean
      }
      expect({listen, enabled}).toEqual({listen: `127.0.0.1:${other}`, enabled: false})
    })
  })

  describe('populate', () => {
    it('creates, keeps what is the same, and replaces what is not', async () => {
      await rig.toxic('p', 'latency', {latency: 1})
      const same = {name: 'p', listen: `127.0.0.1:${port}`, upstream: '127.0.0.1:1', enabled: false}
      const kept = await rig.call('POST', '/populate', [
        same,
        {name: 'q', listen: '127.0.0.1:0', upstream: 'y:1'},
      ])
      expect([kept.status, kept.headers.get('content-type')]).toEqual([201, json])
      expect(kept.json).toMatchObject({
        proxies: [{name: 'p', enabled: true, toxics: [{type: 'latency'}]}, {name: 'q'}],
      })
      const replaced = await rig.call('POST', '/populate', [{...same, enabled: true, upstream: 'z:1'}])
      expect(replaced.json).toMatchObject({proxies: [{name: 'p', upstream: 'z:1', toxics: []}]})
      await rig.must('DELETE', '/proxies/q')
    })

    it.each([
      ['[]', 201, '{"proxies":null}'],
      ['null', 201, '{"proxies":null}'],
      ['', 400, '{"error":"bad request body: EOF","status":400,"proxies":null}'],
      [
        '[{"name":"q","upstream":"a:1"},{}]',
        400,
        '{"error":"missing required field: name at proxy 2","status":400,"proxies":null}',
      ],
      [
        '[{"name":"q"}]',
        400,
        '{"error":"missing required field: upstream at proxy 1","status":400,"proxies":null}',
      ],
    ])('answers %s with %d', async (body, status, text) => {
      const answer = await rig.call('POST', '/populate', body)
      expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([status, text, json])
      expect((await rig.call('GET', '/proxies/q')).status).toBe(404)
    })
  })

  describe('toxics', () => {
    it.each(defaults)('of type %s have the attributes %s', async (type, attributes) => {
      const added = await rig.call('POST', '/proxies/p/toxics', {type})
      const toxic = `{"attributes":${attributes},"name":"${type}_downstream","type":"${type}","stream":"downstream","toxicity":1}`
      expect([added.status, added.text]).toEqual([200, toxic])
      expect((await rig.call('GET', `/proxies/p/toxics/${type}_downstream`)).text).toBe(toxic)
      expect((await rig.call('GET', '/proxies/p')).text).toBe(shown(toxic))
    })

    it('are listed upstream first, named once over both streams, and removed with 204', async () => {
      expect((await rig.call('GET', '/proxies/p/toxics')).text).toBe('[]')
      await rig.toxic('p', 'latency', {}, {name: 'one'})
      await rig.toxic('p', 'latency', {}, {name: 'two', stream: 'UpStream'})
      const taken = await rig.call('POST', '/proxies/p/toxics', {
        type: 'noop',
        name: 'one',
        stream: 'upstream',
      })
      expect([taken.status, taken.text]).toEqual([409, '{"error":"toxic already exists","status":409}\n'])
      const list = (await rig.call('GET', '/proxies/p/toxics')).json as {name: string; stream: string}[]
      expect(list.map(({name, stream}) => [name, stream])).toEqual([
        ['two', 'UpStream'],
        ['one', 'downstream'],
      ])
      const removed = await rig.call('DELETE', '/proxies/p/toxics/one')
      expect([removed.status, removed.text]).toEqual([204, ''])
      expect((await rig.call('GET', '/proxies/p/toxics/one')).status).toBe(404)
    })

    it.each(['PATCH', 'POST'])('are changed by %s, which merges', async (verb) => {
      await rig.toxic('p', 'latency', {latency: 5, jitter: 2}, {name: 't'})
      const body = {name: 'u', type: 'noop', stream: 'upstream', toxicity: 0.25, attributes: {JITTER: 3}}
      const changed = await rig.call(verb, '/proxies/p/toxics/t', body)
      expect([changed.status, changed.text]).toEqual([
        200,
        '{"attributes":{"latency":5,"jitter":3},"name":"t","type":"latency","stream":"downstream","toxicity":0.25}',
      ])
      expect((await rig.call(verb, '/proxies/p/toxics/t', 'null')).text).toBe(changed.text)
      expect((await rig.call(verb, '/proxies/p/toxics/t', '{"toxicity":"x"}')).status).toBe(400)
    })

    it.each([
      ['0.3333333333333333', '0.33333334'],
      ['1e30', '1e+30'],
      ['-1', '-1'],
      ['5', '5'],
      ['1e-7', '1e-7'],
      ['16777217', '16777216'],
    ])('echo toxicity %s as the 32-bit %s', async (sent, echoed) => {
      const {text} = await rig.must('POST', '/proxies/p/toxics', `{"type":"noop","toxicity":${sent}}`)
      expect(text).toMatch(new RegExp(`"toxicity":${echoed.replace('+', '\\+')}\\}$`))
    })

    it('keep 64-bit attributes exactly', async () => {
      const {text} = await rig.must(
        'POST',
        '/proxies/p/toxics',
        '{"type":"limit_data","attributes":{"bytes":9223372036854775807}}',
      )
      expect(text).toContain('"bytes":9223372036854775807')
    })

    it('that are changed wrongly stay as they were (the original applies the valid part)', async () => {
      await rig.toxic('p', 'latency', {latency: 5, jitter: 2}, {name: 't'})
      const refused = await rig.call('PATCH', '/proxies/p/toxics/t', {
        attributes: {latency: 120, jitter: 'x'},
      })
      expect(refused.status).toBe(400)
      const {attributes} = (await rig.call('GET', '/proxies/p/toxics/t')).json as {attributes: object}
      expect(attributes).toEqual({latency: rig.server.kind === 'real' ? 120 : 5, jitter: 2})
    })
  })

  it('resets with 204: all proxies enabled, all toxics gone', async () => {
    await rig.toxic('p', 'latency', {latency: 5})
    await rig.must('PATCH', '/proxies/p', {enabled: false})
    const reset = await rig.call('POST', '/reset', 'ignored')
    expect([reset.status, reset.text]).toEqual([204, ''])
    expect((await rig.call('GET', '/proxies/p')).text).toBe(shown())
  })

  it('tells its version', async () => {
    const {status, text, headers} = await rig.call('GET', '/version')
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json;charset=utf-8'])
    expect(text).toBe(`{"version": "2.12.0${rig.server.kind === 'embedded' ? '-shakedown' : ''}"}\n`)
  })

  it('keeps browsers out, and sends doubled slashes to the clean path', async () => {
    const browser = await rig.call('GET', '/proxies', undefined, {'User-Agent': 'Mozilla/5.0'})
    expect([browser.status, browser.text]).toEqual([403, 'User agent not allowed\n'])
    const doubled = await rig.call('GET', '//proxies')
    expect([doubled.status, doubled.headers.get('location')]).toEqual([301, '/proxies'])
  })
}
