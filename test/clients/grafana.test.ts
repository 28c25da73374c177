import {afterEach, describe, expect, it} from 'vitest'
import {openGrafana, writeAnnotations} from '../../src/clients/grafana.js'
import {UserError} from '../../src/errors.js'
import {annotationsOf} from '../../src/reporters/grafana-annotations.js'
import {systemClock} from '../../src/system/clock.js'
import {hostileReport} from '../fakes/hostile-report.js'
import {
  grafanaReply,
  keepingGrafana,
  type Received,
  type Receiver,
  type Reply,
  startReceiver,
} from '../fakes/receiver.js'
import {variantReport} from '../fakes/record-variants.js'

let server: Receiver | undefined
afterEach(async () => await server?.close())

const limits = {limitMs: 20_000, now: systemClock.now}

const write = async (
  annotations: Parameters<typeof writeAnnotations>[1],
  {
    reply = grafanaReply,
    path = '',
    environment = {GRAFANA_TOKEN: 'sesame'},
    ...rest
  }: Partial<typeof limits> & {
    reply?: (request: Received) => Reply | undefined
    path?: string
    environment?: Record<string, string>
    signal?: AbortSignal
  } = {},
): Promise<Received[]> => {
  server = await startReceiver(reply)
  const grafana = openGrafana(server.url + path, environment)
  try {
    await writeAnnotations(grafana, annotations, {...limits, ...rest})
  } finally {
    await grafana.close()
  }
  return server.received.filter(({method}) => method === 'POST')
}

const bodies = (
  received: readonly Received[],
): {time: number; timeEnd?: number; tags: string[]; text: string}[] =>
  received.map(({body}) => JSON.parse(body.toString('utf8')))

describe('annotations of a run', () => {
  it('are what Grafana takes: the run, its phases and its fault as regions', async () => {
    const report = variantReport('pass')
    const sent = bodies(await write(annotationsOf(report)))
    const startMs = report.summary.startedMs ?? 0
    const kinds = sent.map(({tags, time, timeEnd = time}) => [tags.at(-1), time - startMs, timeEnd - startMs])
    expect(kinds).toContainEqual(['phase', 25_000, 55_000])
    expect(kinds).toContainEqual(['fault', 25_014, 55_009])
    expect(kinds.filter(([kind]) => kind === 'phase')).toHaveLength(4)
    expect(sent[0]?.tags.slice(0, 3)).toEqual([
      'shakedown',
      'scenario:payment-slow',
      'run:r-20261014-payment-slow',
    ])
    expect(sent.find(({tags}) => tags.includes('fault'))?.text).toContain('undone after 30s')
  })

  it('have a point for a guard, and a fault whose undoing nobody recorded lasts to the end', () => {
    const guard = annotationsOf(variantReport('guard')).find(({tags}) => tags.includes('guard'))
    expect(guard).toMatchObject({text: 'guard "half of all requests fail": error ratio is 0.61'})
    expect(guard?.timeEnd).toBeUndefined()
    const fault = annotationsOf(variantReport('residual')).find(({tags}) => tags.includes('fault'))
    expect(fault?.text).toContain('no undoing is recorded')
  })

  it('are taken whatever the texts hold, and none is markup', async () => {
    const sent = bodies(await write(annotationsOf(hostileReport('guard'))))
    expect(sent.length).toBeGreaterThan(4)
    expect(sent.every(({text}) => !/[<>]/.test(text))).toBe(true)
  })
})

describe('writeAnnotations', () => {
  const one = {time: 1_800_000_000_000, tags: ['shakedown'], text: 'x'}

  it('says which variable holds the token when Grafana refuses, and does not tell the token', async () => {
    const failed = write([one], {environment: {GRAFANA_TOKEN: 'open-it'}})
    await expect(failed).rejects.toMatchObject({
      message: expect.stringMatching(/status 401.*; 0 of 1 annotations were written/),
      hint: expect.stringContaining('GRAFANA_TOKEN'),
    })
    await expect(failed).rejects.not.toThrow('open-it')
  })

  it('stops at the first that is not taken, and counts', async () => {
    let count = 0
    const reply = (request: Received): Reply =>
      request.method === 'POST' && ++count === 3
        ? {status: 500, body: 'database is locked'}
        : grafanaReply(request)
    await expect(write([one, one, one, one], {reply})).rejects.toThrow(
      /status 500: database is locked; 2 of 4 annotations/,
    )
    expect(server?.received.filter(({method}) => method === 'POST')).toHaveLength(3)
  })

  it('leaves what is there already, and writes what is missing of a run that was sent in part', async () => {
    const reply = keepingGrafana()
    const all = annotationsOf(variantReport('guard'))
    expect(await write(all.slice(0, 3), {reply})).toHaveLength(3)
    await server?.close()
    expect(bodies(await write(all, {reply}))).toEqual(JSON.parse(JSON.stringify(all.slice(3))))
    await server?.close()
    expect(await write(all, {reply})).toEqual([])
    await server?.close()
    // Another run of the same scenario, at the same times, is another run.
    const others = all.map((one) => ({
      ...one,
      tags: one.tags.map((tag) => tag.replace(/^run:/, 'run:other-')),
    }))
    expect(await write(others, {reply})).toHaveLength(all.length)
  })

  it('takes nothing for a Grafana that does not answer as one', async () => {
    const reply = (): Reply => ({status: 200, body: '<html>log in</html>'})
    await expect(write([one], {reply})).rejects.toThrow(/does not speak Grafana's API; 0 of 1/)
  })

  it('waits no longer than it may for a server that does not answer', async () => {
    const startMs = systemClock.now()
    await expect(write([one, one], {reply: () => undefined, limitMs: 300})).rejects.toThrow(
      /does not answer at http:.*no answer within/,
    )
    expect(systemClock.now() - startMs).toBeLessThan(10_000)
  })

  it('ends at once when it is stopped', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('enough')), 100)
    await expect(write([one], {reply: () => undefined, signal: stop.signal})).rejects.toThrow('enough')
  })

  it('says that nothing is there', async () => {
    const gone = await startReceiver(() => undefined)
    await gone.close()
    const grafana = openGrafana(gone.url, {})
    await expect(writeAnnotations(grafana, [one], limits)).rejects.toThrow(
      /does not answer at .*ECONNREFUSED/,
    )
    await grafana.close()
  })

  it('keeps the path prefix, and takes the user of the address', async () => {
    server = await startReceiver(() => ({status: 200, body: '[]'}))
    const grafana = openGrafana(`${server.url.replace('//', '//sre:se%40me@')}/grafana/`, {})
    await writeAnnotations(grafana, [one], limits)
    await grafana.close()
    expect(grafana.url).toBe(`${server.url}/grafana`)
    expect(server.received[0]).toMatchObject({
      path: expect.stringMatching(/^\/grafana\/api\/annotations\?tags=shakedown&/),
      headers: {authorization: `Basic ${Buffer.from('sre:se@me').toString('base64')}`},
    })
  })

  it('refuses what is no address before anything is sent', () => {
    expect(() => openGrafana('grafana:3000', {})).toThrow(UserError)
  })
})
