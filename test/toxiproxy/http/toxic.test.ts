import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {type HttpRig, openHttpRig} from '../../fakes/toxiproxy-http.js'

let http: HttpRig

beforeEach(async () => {
  http = await openHttpRig()
})
afterEach(() => http.close())

const charge = 'POST /charge?id=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'
const browse = 'GET /products HTTP/1.1\r\nHost: a\r\n\r\n'

describe('an http toxic', () => {
  it('answers the requests of its route in the service’s stead, and says so', async () => {
    await http.toxic({status: 503, method: 'POST', path: '/charge', body: 'sorry', retry_after: 7})
    const peer = await http.rig.dial(http.port)
    peer.socket.write(browse)
    await http.answers(peer, 1)
    peer.socket.write(charge)
    await http.answers(peer, 2)
    peer.socket.write(browse)
    const [, answer, last] = await http.answers(peer, 3)
    expect(answer).toEqual({
      status: 503,
      headers: {
        'x-shakedown-fault': 't',
        'retry-after': '7',
        'content-type': 'text/plain; charset=utf-8',
        'content-length': '5',
      },
      body: 'sorry',
    })
    expect(last).toMatchObject({status: 200, body: 'served GET /products'})
    expect(http.served).toEqual(['GET /products', 'GET /products'])
    expect(await http.counts()).toEqual({seen: 3, matched: 1, answered: 1, delayed: 0})
  })

  it('delays a request without touching it', async () => {
    await http.toxic({delay: 150, path: '/ch*'})
    const peer = await http.rig.dial(http.port)
    const start = performance.now()
    peer.socket.write(charge)
    const [answer] = await http.answers(peer, 1)
    expect(performance.now() - start).toBeGreaterThanOrEqual(149)
    expect(answer).toMatchObject({status: 200, body: 'served POST /charge?id=1'})
    expect(http.served).toEqual(['POST /charge?id=1 hello'])
    expect(await http.counts()).toEqual({seen: 1, matched: 1, answered: 0, delayed: 1})
  })

  it('delays and answers: the service never hears of it', async () => {
    await http.toxic({delay: 120, status: 504})
    const peer = await http.rig.dial(http.port)
    const start = performance.now()
    peer.socket.write(charge)
    expect(await http.answers(peer, 1)).toMatchObject([{status: 504}])
    expect(performance.now() - start).toBeGreaterThanOrEqual(119)
    expect(http.served).toEqual([])
    expect(await http.counts()).toEqual({seen: 1, matched: 1, answered: 1, delayed: 1})
  })

  it('answers in the order of the requests when they are pipelined', async () => {
    await http.toxic({status: 503, path: '/charge'})
    const peer = await http.rig.dial(http.port)
    peer.socket.write(browse.replace('/products', '/slow?wait=120') + charge + browse + charge)
    const answers = await http.answers(peer, 4)
    expect(answers.map(({status, body}) => `${status} ${body}`.trim())).toEqual([
      '200 served GET /slow?wait=120',
      '503',
      '200 served GET /products',
      '503',
    ])
  })

  it('gives HEAD no body, and 204 neither', async () => {
    await http.toxic({status: 503, body: 'sorry', path: '/a'})
    const peer = await http.rig.dial(http.port)
    peer.socket.write('HEAD /a HTTP/1.1\r\n\r\nGET /a HTTP/1.1\r\n\r\n')
    const answers = await http.answers(peer, 2, ['HEAD', 'GET'])
    expect(answers.map(({headers, body}) => [headers['content-length'], body])).toEqual([
      ['5', ''],
      ['5', 'sorry'],
    ])
    await http.rig.must('POST', '/proxies/p/toxics/t', {attributes: {status: 204}})
    peer.socket.write('GET /a HTTP/1.1\r\n\r\n')
    const [, , answer] = await http.answers(peer, 3, ['HEAD'])
    expect(answer).toEqual({status: 204, headers: {'x-shakedown-fault': 't'}, body: ''})
  })

  it('tells a client that waits to send its body, and takes it', async () => {
    await http.toxic({status: 503, path: '/charge'})
    const peer = await http.rig.dial(http.port)
    peer.socket.write('POST /charge HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n')
    expect(await http.answers(peer, 1)).toMatchObject([{status: 100}])
    peer.socket.write(`hello${browse}`)
    const answers = await http.answers(peer, 3)
    expect(answers.map(({status}) => status)).toEqual([100, 503, 200])
    expect(http.served).toEqual(['GET /products'])
  })

  it.each([
    ['GET /a HTTP/1.1\r\nConnection: close\r\n\r\n', 'close'],
    ['GET /a HTTP/1.0\r\n\r\n', 'close'],
  ])('closes behind its answer where the client asks for it: %j', async (request, connection) => {
    await http.toxic({status: 503})
    const peer = await http.rig.dial(http.port)
    peer.socket.write(request)
    expect(await peer.ending).toBe('end')
    expect(await http.answers(peer, 1)).toMatchObject([{status: 503, headers: {connection}}])
  })

  it('keeps an HTTP/1.0 connection that asks to be kept', async () => {
    await http.toxic({status: 503})
    const peer = await http.rig.dial(http.port)
    for (const count of [1, 2]) {
      peer.socket.write('GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
      const answers = await http.answers(peer, count)
      expect(answers.at(-1)?.headers).toMatchObject({connection: 'keep-alive'})
    }
  })

  it('hits a share of the requests, not of the connections, and the same in every run with one seed', async () => {
    const pattern = async (seed: number): Promise<string> => {
      const other = await openHttpRig(seed)
      await other.toxic({status: 503, share: 0.3})
      const peer = await other.rig.dial(other.port)
      peer.socket.write(browse.repeat(200))
      const answers = await other.answers(peer, 200)
      await other.close()
      return answers.map(({status}) => (status === 503 ? 'x' : '.')).join('')
    }
    const [first, again, others] = [await pattern(7), await pattern(7), await pattern(8)]
    expect(again).toBe(first)
    expect(others).not.toBe(first)
    const hits = first.replaceAll('.', '').length
    expect(hits).toBeGreaterThan(35)
    expect(hits).toBeLessThan(90)
  })

  it('stands next to another one: the first takes what is its own, and leaves the rest', async () => {
    await http.toxic({status: 503, path: '/charge'})
    await http.toxic({status: 429, path: '/products'}, {name: 'u'})
    const peer = await http.rig.dial(http.port)
    peer.socket.write(browse + charge + browse.replace('/products', '/slow?wait=50') + charge + browse)
    const answers = await http.answers(peer, 5)
    expect(answers.map(({status, headers}) => `${status} ${headers['x-shakedown-fault'] ?? ''}`)).toEqual([
      '429 u',
      '503 t',
      '200 ',
      '503 t',
      '429 u',
    ])
  })

  it('works together with toxics in both directions', async () => {
    await http.rig.toxic(
      'p',
      'slicer',
      {average_size: 7, size_variation: 3, delay: 100},
      {stream: 'upstream'},
    )
    await http.toxic({status: 503, path: '/charge'})
    await http.rig.toxic('p', 'latency', {latency: 60}, {stream: 'downstream'})
    const peer = await http.rig.dial(http.port)
    const start = performance.now()
    peer.socket.write(charge + browse)
    const answers = await http.answers(peer, 2)
    expect(answers.map(({status}) => status)).toEqual([503, 200])
    expect(performance.now() - start).toBeGreaterThanOrEqual(59)
  })
})
