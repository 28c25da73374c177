import {setTimeout as delay} from 'node:timers/promises'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {eventually, type OnlyOurs, openRig, type Rig, type ServerUnderTest, within} from './toxiproxy-rig.js'

/** Accepted by the original with status 200; each kills it when data flows. Ours passes the data or holds it. */
const deadly: [string, string, Record<string, string>, 'passes' | 'stalls'][] = [
  ['a slicer of zero', 'slicer', {}, 'passes'],
  [
    'a slicer that varies more than its average',
    'slicer',
    {average_size: '10', size_variation: '12'},
    'passes',
  ],
  ['a slicer below zero', 'slicer', {average_size: '-5', size_variation: '-5', delay: '-1'}, 'passes'],
  [
    'a slicer of the largest numbers',
    'slicer',
    {average_size: '9223372036854775807', size_variation: '9223372036854775807'},
    'passes',
  ],
  ['a negative rate', 'bandwidth', {rate: '-1'}, 'stalls'],
  ['a rate whose hundredfold overflows', 'bandwidth', {rate: '92233720368547759'}, 'passes'],
  ['the largest jitter', 'latency', {latency: '-9223372036854775808', jitter: '0'}, 'passes'],
  ['a huge jitter', 'latency', {jitter: '9223372036854775807'}, 'stalls'],
]

export const robustnessContract = (start: () => ServerUnderTest, only: OnlyOurs): void => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig(start())
  })
  afterEach(() => rig.close())

  // The original dies of it, and with it every later test.
  only.for(deadly)('survives %s', async ([_, type, attributes, effect]) => {
    const port = await rig.proxy('p', await rig.upstream())
    const written = Object.entries(attributes).map(([name, value]) => `"${name}":${value}`)
    const body = `{"type":"${type}","name":"deadly","attributes":{${written.join(',')}}}`
    await rig.must('POST', '/proxies/p/toxics', body)
    const peer = await rig.dial(port)
    peer.socket.write('hello')
    // A huge jitter may as well be negative: half of its range is "at once".
    if (effect === 'passes') await peer.receive(5)
    else await delay(150)
    await rig.must('DELETE', '/proxies/p/toxics/deadly')
    expect((await peer.receive(5)).toString()).toBe('hello')
  })

  it('keeps half-close: an answer after the client said FIN arrives (the original loses it)', async () => {
    const late = await rig.upstream((socket) => {
      socket.resume().once('end', () => setTimeout(() => socket.end('late answer'), 100))
    })
    const peer = await rig.dial(await rig.proxy('p', late))
    peer.socket.end('question')
    expect(await within(peer.ending, 'closing')).not.toBe('close')
    expect(peer.received().toString()).toBe(rig.server.kind === 'real' ? '' : 'late answer')
  })

  only('keeps half-close through toxics of both directions', async () => {
    const late = await rig.upstream((socket) => {
      const asked: Buffer[] = []
      socket
        .on('data', (data: Buffer) => asked.push(data))
        .once('end', () => socket.end(Buffer.concat(asked)))
    })
    const port = await rig.proxy('p', late)
    for (const [type, attributes] of Object.entries({
      latency: {latency: 20},
      bandwidth: {rate: 1000},
      slicer: {average_size: 2, delay: 10},
      slow_close: {delay: 20},
    })) {
      await rig.toxic('p', type, attributes)
      await rig.toxic('p', type, attributes, {stream: 'upstream'})
    }
    const peer = await rig.dial(port)
    peer.socket.end('question')
    expect(await within(peer.ending, 'closing')).toBe('end')
    expect(peer.received().toString()).toBe('question')
  })

  /** An upstream that sends as fast as it can; `taken` says how much it got rid of. */
  const hydrant = async (total: number): Promise<{address: string; taken: () => number}> => {
    let taken = 0
    const chunk = Buffer.alloc(64 * 1024)
    const address = await rig.upstream((socket) => {
      const more = (): void => {
        while (taken < total) {
          taken += chunk.length
          if (!socket.write(chunk)) return
        }
      }
      socket.on('drain', more)
      more()
    })
    return {address, taken: () => taken}
  }

  // The kernel's buffers on both hops may hold several megabytes each.
  const total = 64 * 1024 * 1024

  it.each(['none', 'bandwidth', 'slicer'])(
    'makes the source wait for a slow reader (toxic: %s)',
    async (type) => {
      const {address, taken} = await hydrant(total)
      const port = await rig.proxy('p', address)
      if (type !== 'none') await rig.toxic('p', type, {rate: 10_000_000, average_size: 30_000})
      const peer = await rig.dial(port)
      peer.socket.pause()
      await delay(400)
      expect(taken()).toBeLessThan(total / 2)
    },
  )

  only('holds no more for a slow reader however often a toxic comes and goes', async () => {
    const {address, taken} = await hydrant(3 * total)
    const peer = await rig.dial(await rig.proxy('p', address))
    peer.socket.pause()
    for (let time = 0; time < 5; time++) {
      await rig.toxic('p', 'latency', {latency: 60_000})
      await delay(150)
      await rig.must('DELETE', '/proxies/p/toxics/latency_downstream')
    }
    expect(taken()).toBeLessThan(total)
  })

  it('takes proxies created and deleted at the same time', async () => {
    const answers = await Promise.all(
      Array.from({length: 10}, () =>
        rig.call('POST', '/proxies', {name: 'p', upstream: 'a:1', listen: '127.0.0.1:0'}),
      ),
    )
    expect(answers.map(({status}) => status).sort()).toEqual([201, ...Array.from({length: 9}, () => 409)])
    const deleted = await Promise.all(Array.from({length: 4}, () => rig.call('DELETE', '/proxies/p')))
    expect(deleted.some(({status}) => status === 204)).toBe(true)
    expect((await rig.call('GET', '/proxies/p')).status).toBe(404)
  })

  const metric = async (line: string): Promise<number> => {
    const {text} = await rig.call('GET', '/metrics')
    const found = text.split('\n').find((candidate) => candidate.startsWith(line))
    return Number(found?.split(' ').at(-1) ?? Number.NaN)
  }

  only('counts bytes, connections and toxics while a connection is open', async () => {
    const target = await rig.upstream()
    const port = await rig.proxy('p', target)
    await rig.toxic('p', 'noop', {}, {name: 't'})
    const peer = await rig.dial(port)
    peer.socket.write('12345')
    await peer.receive(5)
    const link = `listener="127.0.0.1:${port}",proxy="p",upstream="${target}"`
    expect(await metric(`toxiproxy_proxy_received_bytes_total{direction="upstream",${link}}`)).toBe(5)
    expect(await metric(`toxiproxy_proxy_sent_bytes_total{direction="downstream",${link}}`)).toBe(5)
    expect(await metric('shakedown_proxy_active_connections{proxy="p"}')).toBe(1)
    expect(await metric('shakedown_toxic_bytes_total{proxy="p",toxic="t"}')).toBe(5)
    expect(await metric('shakedown_toxic_chunks_total{proxy="p",toxic="t"}')).toBeGreaterThanOrEqual(1)
    expect(await metric('shakedown_toxic_connections_total{proxy="p",toxic="t"}')).toBe(1)
    peer.socket.end()
    await within(peer.ending, 'closing')
    await eventually(
      'the connection to be counted out',
      async () => (await metric('shakedown_proxy_active_connections{proxy="p"}')) === 0,
    )
    expect(await metric('shakedown_proxy_connections_total{proxy="p"}')).toBe(1)
  })

  only(
    'keeps connections on a PATCH that repeats 0.0.0.0 or port 0 (the original restarts the proxy)',
    async () => {
      const target = await rig.upstream()
      const {json} = await rig.must('POST', '/proxies', {name: 'p', listen: '0.0.0.0:0', upstream: target})
      const peer = await rig.dial(Number(/\d+$/.exec((json as {listen: string}).listen)?.[0]))
      await rig.must('PATCH', '/proxies/p', {listen: '0.0.0.0:0'})
      peer.socket.write('still here')
      await peer.receive(10)
      await rig.must('DELETE', '/proxies/p')
    },
  )
}
