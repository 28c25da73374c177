import {afterEach, beforeEach, expect, it} from 'vitest'
import {openRig, type Rig, type ServerUnderTest} from './toxiproxy-rig.js'

const plain = 'text/plain; charset=utf-8'
const badBody = /^\{"error":"bad request body: .+","status":400\}\n$/

/** Requests that are refused, or that change nothing: what is asked, and the exact answer where it is exact. */
const refusals: [string, string, string, unknown, number, string | RegExp][] = [
  ['an unknown proxy', 'GET', '/proxies/none', undefined, 404, '{"error":"proxy not found","status":404}\n'],
  ['a change of an unknown proxy', 'PATCH', '/proxies/none', '{', 404, /proxy not found/],
  ['deletion of an unknown proxy', 'DELETE', '/proxies/none', undefined, 404, /proxy not found/],
  [
    'an unknown toxic',
    'GET',
    '/proxies/p/toxics/none',
    undefined,
    404,
    '{"error":"toxic not found","status":404}\n',
  ],
  ['deletion of an unknown toxic', 'DELETE', '/proxies/p/toxics/none', undefined, 404, /toxic not found/],
  ['a toxic for an unknown proxy', 'POST', '/proxies/none/toxics', '{', 404, /proxy not found/],
  ['an empty body', 'POST', '/proxies', '', 400, '{"error":"bad request body: EOF","status":400}\n'],
  [
    'half a body',
    'POST',
    '/proxies',
    '{',
    400,
    '{"error":"bad request body: unexpected EOF","status":400}\n',
  ],
  ['no JSON', 'POST', '/proxies', 'xyz', 400, badBody],
  ['an array for a proxy', 'POST', '/proxies', '[]', 400, badBody],
  ['a number for a name', 'POST', '/proxies', '{"name":1}', 400, badBody],
  ['a string for enabled', 'POST', '/proxies', '{"name":"q","enabled":"true"}', 400, badBody],
  ['no name', 'POST', '/proxies', '{}', 400, '{"error":"missing required field: name","status":400}\n'],
  ['null', 'POST', '/proxies', 'null', 400, /missing required field: name/],
  ['no upstream', 'POST', '/proxies', '{"name":"q"}', 400, /missing required field: upstream/],
  [
    'a name in use',
    'POST',
    '/proxies',
    {name: 'p', upstream: 'a:1'},
    409,
    '{"error":"proxy already exists","status":409}\n',
  ],
  [
    'no port',
    'POST',
    '/proxies',
    {name: 'q', listen: '127.0.0.1', upstream: 'a:1'},
    500,
    '{"error":"listen tcp: address 127.0.0.1: missing port in address","status":500}\n',
  ],
  [
    'port 99999',
    'POST',
    '/proxies',
    {name: 'q', listen: '127.0.0.1:99999', upstream: 'a:1'},
    500,
    '{"error":"listen tcp: address 99999: invalid port","status":500}\n',
  ],
  [
    'a change to port 99999',
    'PATCH',
    '/proxies/p',
    {listen: '127.0.0.1:99999'},
    500,
    '{"error":"address 99999: invalid port","status":500}\n',
  ],
  [
    'an unknown stream',
    'POST',
    '/proxies/p/toxics',
    {type: 'nope', stream: 'x'},
    400,
    '{"error":"stream was invalid, can be either upstream or downstream","status":400}\n',
  ],
  ['an empty stream', 'POST', '/proxies/p/toxics', {type: 'latency', stream: ''}, 400, /stream was invalid/],
  [
    'an unknown type',
    'POST',
    '/proxies/p/toxics',
    {type: 'nope'},
    400,
    '{"error":"invalid toxic type","status":400}\n',
  ],
  ['a type in capitals', 'POST', '/proxies/p/toxics', {type: 'Latency'}, 400, /invalid toxic type/],
  ['a toxic of null', 'POST', '/proxies/p/toxics', 'null', 400, /invalid toxic type/],
  ['an array for a toxic', 'POST', '/proxies/p/toxics', '[]', 400, badBody],
  [
    'a fraction',
    'POST',
    '/proxies/p/toxics',
    '{"type":"latency","attributes":{"latency":1.5}}',
    400,
    badBody,
  ],
  [
    'an exponent',
    'POST',
    '/proxies/p/toxics',
    '{"type":"latency","attributes":{"latency":1e3}}',
    400,
    badBody,
  ],
  ['1.0', 'POST', '/proxies/p/toxics', '{"type":"latency","attributes":{"latency":1.0}}', 400, badBody],
  [
    'a string for a number',
    'POST',
    '/proxies/p/toxics',
    '{"type":"latency","attributes":{"latency":"1"}}',
    400,
    badBody,
  ],
  [
    'more than 64 bits',
    'POST',
    '/proxies/p/toxics',
    '{"type":"latency","attributes":{"latency":9223372036854775808}}',
    400,
    badBody,
  ],
  ['attributes in an array', 'POST', '/proxies/p/toxics', '{"type":"latency","attributes":[]}', 400, badBody],
  [
    'a toxicity beyond float32',
    'POST',
    '/proxies/p/toxics',
    '{"type":"latency","toxicity":1e39}',
    400,
    badBody,
  ],
  [
    'attributes in an array first',
    'POST',
    '/proxies/p/toxics',
    '{"stream":"x","attributes":[]}',
    400,
    badBody,
  ],
  [
    'a toxic name in use before wrong attributes',
    'POST',
    '/proxies/p/toxics',
    '{"type":"latency","name":"taken","attributes":{"latency":"x"}}',
    409,
    '{"error":"toxic already exists","status":409}\n',
  ],
  [
    'a name, then null',
    'POST',
    '/proxies',
    '{"name":"p","name":null,"upstream":"a:1"}',
    409,
    /already exists/,
  ],
  ['no such page', 'GET', '/nothing', undefined, 404, '404 page not found\n'],
  ['a trailing slash', 'GET', '/proxies/', undefined, 404, '404 page not found\n'],
  ['a wrong verb', 'PUT', '/proxies', undefined, 405, ''],
  ['HEAD', 'HEAD', '/proxies', undefined, 405, ''],
  ['a change of the list', 'PATCH', '/proxies', '{}', 405, ''],
  ['GET of populate', 'GET', '/populate', undefined, 405, ''],
  ['POST of the version', 'POST', '/version', undefined, 405, ''],
  ['GET of reset', 'GET', '/reset', undefined, 405, ''],
]

/** Every way to ask wrongly, and the exact answer. */
export const refusalContract = (start: () => ServerUnderTest): void => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig(start())
    await rig.proxy('p', '127.0.0.1:1')
    await rig.toxic('p', 'noop', {}, {name: 'taken'})
  })
  afterEach(() => rig.close())

  it.each(refusals)('answers %s (%s %s)', async (_, method, path, body, status, text) => {
    const answer = await rig.call(method, path, body)
    expect(answer.status).toBe(status)
    const hasId = answer.headers.has('x-toxiproxy-request-id')
    expect(hasId).toBe(status !== 405 && !answer.text.startsWith('404 page'))
    if (typeof text === 'string') expect(answer.text).toBe(text)
    else expect(answer.text).toMatch(text)
    if (text !== '') expect(answer.headers.get('content-type')).toBe(plain)
    if (text !== '') expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })
}
