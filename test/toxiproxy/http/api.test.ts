import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type HttpRig, openHttpRig} from '../../fakes/toxiproxy-http.js'

let http: HttpRig

beforeAll(async () => {
  http = await openHttpRig()
})
afterAll(() => http.close())

const toxics = '/proxies/p/toxics'
const add = (attributes: object, more: object = {}) =>
  http.rig.call('POST', toxics, {type: 'http', name: 't', stream: 'upstream', attributes, ...more})

describe('the API of an http toxic', () => {
  it('lists its attributes, those not given at their defaults', async () => {
    await add({
      status: 503,
      share: 0.3,
      path: '/a<b',
      body: '{"error":"no"}',
      content_type: 'application/json',
    })
    expect((await http.rig.call('GET', `${toxics}/t`)).text).toBe(
      '{"attributes":{"status":503,"delay":0,"method":"","path":"/a\\u003cb","share":0.3,"body":"{\\"error\\":\\"no\\"}",' +
        '"content_type":"application/json","retry_after":0},"name":"t","type":"http","stream":"upstream","toxicity":1}',
    )
    await http.removeToxic()
  })

  it('changes what is given and keeps the rest', async () => {
    await add({status: 503, method: 'POST'})
    const {json} = await http.rig.must('POST', `${toxics}/t`, {attributes: {share: 0.5, path: '/charge'}})
    expect(json).toMatchObject({attributes: {status: 503, method: 'POST', share: 0.5, path: '/charge'}})
    await http.removeToxic()
  })

  it.each([
    [{status: 99}, 'status must be 0 (none) or 200 to 599'],
    [{status: 600}, 'status must be 0 (none) or 200 to 599'],
    [{delay: -1}, 'delay must not be negative'],
    [{share: 1.5}, 'share must be between 0 and 1'],
    [{share: -0.1}, 'share must be between 0 and 1'],
    [{method: 'post'}, 'method must be in capitals, or empty for any'],
    [{path: 'charge'}, 'path must begin with / and have no query, or be empty for any'],
    [{path: '/charge?a'}, 'path must begin with / and have no query, or be empty for any'],
    [{path: '/a/*/b'}, 'path must have its * at the end'],
    [{retry_after: -1}, 'retry_after must not be negative'],
    [{content_type: 'a\r\nb: c'}, 'content_type must be printable ASCII'],
  ])('refuses %j, also as a change, which then changes nothing', async (attributes, message) => {
    const refused = {error: `bad request body: ${message}`, status: 400}
    expect((await add(attributes)).json).toEqual(refused)
    await add({status: 503})
    expect((await http.rig.call('POST', `${toxics}/t`, {toxicity: 0.5, attributes})).json).toEqual(refused)
    expect((await http.rig.call('GET', `${toxics}/t`)).json).toMatchObject({
      toxicity: 1,
      attributes: {status: 503, share: 1, path: ''},
    })
    await http.removeToxic()
  })

  it.each([
    [{share: '0.3'}, 'HttpToxic.attributes.share of type float32'],
    [{method: 1}, 'HttpToxic.attributes.method of type string'],
    [{status: 503.5}, 'HttpToxic.attributes.status of type int64'],
  ])('refuses %j by its type, in the words of all toxics', async (attributes, message) => {
    const {status, text} = await add(attributes)
    expect(status).toBe(400)
    expect(text).toContain(message)
  })

  it.each([undefined, 'downstream'])('works on requests alone: stream %s is refused', async (stream) => {
    expect((await add({status: 503}, {stream})).json).toEqual({
      error: 'stream was invalid, for a toxic of type http it must be upstream',
      status: 400,
    })
  })
})
