import {createServer} from 'node:net'
import {gzipSync} from 'node:zlib'
import {afterEach, describe, expect, it} from 'vitest'
import {nextSlot, targetKey, timeoutOf} from '../../src/metrics/scrape-loop.js'
import {type Scraper, startScraper} from '../../src/metrics/scraper.js'
import type {Series} from '../../src/metrics/source.js'
import {MetricStore} from '../../src/metrics/store.js'
import {samplesOfStore} from '../../src/metrics/store-query.js'
import {type Clock, systemClock} from '../../src/system/clock.js'
import {type Exporter, startExporter} from '../fakes/metrics-exporter.js'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const exporter = async (body?: string | (() => string)): Promise<Exporter> => {
  const started = await startExporter(body)
  closers.push(started.close)
  return started
}

/** Leaves a scrape 360 ms: much for a loopback, even when the machine is busy. */
const intervalMs = 400
const labels = {job: 'edge', instance: 'edge-1'}
const scraping = (url: string): {store: MetricStore; scraper: Scraper} => {
  const store = new MetricStore()
  const scraper = startScraper({targets: [{url, labels}], intervalMs, store, clock: systemClock})
  closers.push(scraper.close)
  return {store, scraper}
}
/** Waits for a scrape that began after now. */
const scraped = (scraper: Scraper): Promise<void> => scraper.caughtUp(systemClock.now())
const read = (store: MetricStore, selector: string): Series[] =>
  samplesOfStore(store, selector, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
const values = (store: MetricStore, selector: string): (number | null)[] => read(store, selector)[0]?.v ?? []

/** Time that passes only by sleeping, each sleep longer than asked for by what `lateMs` gives. */
const virtualClock = (lateMs: () => number): Clock => {
  let nowMs = 1_000_000
  return {
    now: () => nowMs,
    sleep: async (ms, signal) => {
      await systemClock.sleep(1, signal)
      nowMs += Math.max(0, ms) + lateMs()
    },
  }
}

describe('a scrape', () => {
  it('stores what is exposed under the labels of the target, and describes itself', async () => {
    const {url} = await exporter('requests_total{code="200",job="own"} 7\n')
    const {store, scraper} = scraping(url)
    await scraped(scraper)
    expect(read(store, 'requests_total')[0]).toMatchObject({
      labels: {__name__: 'requests_total', code: '200', exported_job: 'own', ...labels},
    })
    expect(values(store, 'requests_total')[0]).toBe(7)
    expect(values(store, 'up{job="edge",instance="edge-1"}')[0]).toBe(1)
    expect(values(store, 'scrape_samples_scraped')[0]).toBe(1)
    expect(values(store, 'scrape_duration_seconds')[0]).toBeGreaterThan(0)
    expect(scraper.targets()).toMatchObject([{up: true, reason: undefined}])
  })

  it('reads gzip, follows a redirect and sends credentials', async () => {
    const target = await exporter()
    target.answer((request, response) => {
      if (request.url === '/metrics') return response.writeHead(302, {location: '/moved'}).end()
      const allowed = request.headers.authorization === `Basic ${Buffer.from('me:pa ss').toString('base64')}`
      response.writeHead(allowed ? 200 : 401, {'content-encoding': 'gzip'}).end(gzipSync('packed 1\n'))
    })
    const {store, scraper} = scraping(target.url.replace('http://', 'http://me:pa%20ss@'))
    await scraped(scraper)
    expect(scraper.targets()[0]?.reason).toBeUndefined()
    expect(values(store, 'packed')[0]).toBe(1)
  })

  it('keeps one connection', async () => {
    const target = await exporter('a 1\n')
    const {scraper} = scraping(target.url)
    for (let count = 0; count < 3; count++) await scraped(scraper)
    expect(target.requests.length).toBeGreaterThanOrEqual(3)
    expect(new Set(target.requests.map(({socket}) => socket.remotePort)).size).toBe(1)
  })

  it('takes the time that a target gives, and lets such a series go without a marker', async () => {
    const target = await exporter('dated 5 1000\nplain 1\n')
    const {store, scraper} = scraping(target.url)
    await scraped(scraper)
    target.expose('other 1\n')
    await scraped(scraper)
    expect(read(store, 'dated')[0]).toMatchObject({t: [1000], v: [5]})
    expect(values(store, 'plain').at(-1)).toBeNull()
  })

  it('ends a series that is missing, and takes it up again', async () => {
    const target = await exporter('a 1\nb 1\n')
    const {store, scraper} = scraping(target.url)
    await scraped(scraper)
    target.expose('a 2\n')
    await scraped(scraper)
    await scraped(scraper)
    expect(values(store, 'b').filter((value) => value === null)).toHaveLength(1)
    expect(values(store, 'b').at(-1)).toBeNull()
    expect(values(store, 'a').at(-1)).toBe(2)
    target.expose('a 2\nb 3\n')
    await scraped(scraper)
    expect(values(store, 'b').at(-1)).toBe(3)
    expect(store.totals().refused).toBe(0)
  })

  it('is not confused by another order of labels', async () => {
    const target = await exporter('a{b="1",c="2"} 1\n')
    const {store, scraper} = scraping(target.url)
    await scraped(scraper)
    target.expose('a{c="2",b="1"} 2\n')
    await scraped(scraper)
    expect(read(store, 'a')).toHaveLength(1)
    expect(values(store, 'a')).not.toContain(null)
    expect(values(store, 'a').at(-1)).toBe(2)
  })
})

type Answer = Parameters<Exporter['answer']>[0]
const failures: [title: string, answer: Answer, reason: RegExp][] = [
  [
    'answers an error',
    (_, response) => void response.writeHead(503).end('busy'),
    /^answered with status 503$/,
  ],
  [
    'answers a web page',
    (_, response) => void response.writeHead(200, {'content-type': 'text/html; charset=utf-8'}).end('<html>'),
    /web page \(text\/html\)/,
  ],
  ['answers nonsense', (_, response) => void response.end('a 1\nnonsense\n'), /^line 2: expected a number/],
  ['never answers', () => {}, /^no whole answer within 360 ms$/],
  [
    'stops in the middle of the body',
    (_, response) => {
      response.writeHead(200, {'content-type': 'text/plain'})
      response.write('a 1\n')
    },
    /^no whole answer within 360 ms$/,
  ],
  [
    'breaks the connection in the middle of the body',
    (_, response) => {
      response.writeHead(200, {'content-length': '1000'})
      response.write('a 1\n', () => response.destroy())
    },
    /./,
  ],
  [
    'answers too much',
    (_, response) => {
      response.writeHead(200, {'content-encoding': 'gzip'})
      response.end(gzipSync(Buffer.alloc(21 * 1024 * 1024, '\n'), {level: 1}))
    },
    /larger than 20 MB|no whole answer/,
  ],
  [
    'packs what it says it did not',
    (_, response) => void response.writeHead(200, {'content-encoding': 'gzip'}).end('a 1\n'),
    /./,
  ],
  [
    'packs with something else',
    (_, response) => void response.writeHead(200, {'content-encoding': 'br'}).end('a 1\n'),
    /^the body is packed with br/,
  ],
]

describe('a target that', () => {
  it.each(failures)('%s is down, its series end, and the reason is kept', async (_, answer, reason) => {
    const target = await exporter('a 1\n')
    const {store, scraper} = scraping(target.url)
    await scraped(scraper)
    target.answer(answer)
    await scraped(scraper)
    expect(scraper.targets()).toMatchObject([{up: false, reason: expect.stringMatching(reason)}])
    expect(values(store, 'up').at(-1)).toBe(0)
    expect(values(store, 'scrape_samples_scraped').at(-1)).toBe(0)
    expect(values(store, 'a').at(-1)).toBeNull()
    target.expose('a 2\n')
    await scraped(scraper)
    expect(values(store, 'a').at(-1)).toBe(2)
    expect(values(store, 'up').at(-1)).toBe(1)
  })

  it('refuses connections is down, and comes up later', async () => {
    const first = await exporter('a 1\n')
    const {store, scraper} = scraping(first.url)
    await scraped(scraper)
    await first.close()
    await scraped(scraper)
    expect(scraper.targets()[0]).toMatchObject({
      up: false,
      reason: expect.stringMatching(/ECONNREFUSED|closed/),
    })
    const revived = createServer((socket) => {
      socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\na 2\n')
    })
    await new Promise<void>((resolve) => {
      revived.listen(first.port, '127.0.0.1', resolve)
    })
    closers.push(async () => void revived.close())
    await scraped(scraper)
    expect(values(store, 'a').at(-1)).toBe(2)
  })

  it('is no URL is down, and its password is not in the reason', async () => {
    const {scraper} = scraping('not a url with:secret@')
    await scraped(scraper)
    expect(scraper.targets()[0]?.reason).toMatch(/^its address is not/)
  })
})

describe('startScraper', () => {
  it.each([
    ['timers are exact', [0, 0, 0, 0, 0, 0], [0, 400, 800, 1200, 1600]],
    ['timers are late', [30, 20, 90, 10, 30, 50], [0, 390, 860, 1180, 1600]],
    ['the machine was stuck for a while', [0, 0, 1500, 0, 0, 0], [0, 400, 2300, 2400, 2800]],
  ])('keeps to its grid without drift when %s', async (_, lateMs, expected) => {
    const target = await exporter('a 1\n')
    const store = new MetricStore()
    const late = [...lateMs]
    const clock = virtualClock(() => late.shift() ?? 0)
    const scraper = startScraper({targets: [{url: target.url, labels}], intervalMs, store, clock})
    closers.push(scraper.close)
    while ((read(store, 'up')[0]?.t.length ?? 0) < 5) await systemClock.sleep(5)
    const t = (read(store, 'up')[0]?.t ?? []).slice(0, 5)
    expect(t.map((tMs) => tMs - (t[0] ?? 0))).toEqual(expected)
  })

  it('changes its targets while running, and the others go on', async () => {
    const one = await exporter('a 1\n')
    const two = await exporter('b 1\n')
    const store = new MetricStore()
    const stays = {url: one.url, labels: {job: 'one'}}
    const goes = {url: two.url, labels: {job: 'two'}}
    const scraper = startScraper({targets: [stays, goes], intervalMs, store, clock: systemClock})
    closers.push(scraper.close)
    await scraped(scraper)
    const comes = {url: two.url, labels: {job: 'three'}}
    scraper.setTargets([{...stays}, comes])
    await scraped(scraper)
    expect(scraper.targets().map(({labels: {job}}) => job)).toEqual(['one', 'three'])
    expect(values(store, 'a')).not.toContain(null)
    expect(values(store, 'up{job="two"}').at(-1)).toBeNull()
    expect(values(store, 'b{job="two"}').at(-1)).toBeNull()
    expect(values(store, 'b{job="three"}').at(-1)).toBe(1)
  })

  it('stops in the middle of a scrape, and leaves nothing running', async () => {
    const target = await exporter()
    target.answer(() => {})
    const {scraper} = scraping(target.url)
    while (target.requests.length === 0) await systemClock.sleep(10)
    await scraper.close()
    const seen = target.requests.length
    await systemClock.sleep(2 * intervalMs)
    expect(target.requests.length).toBe(seen)
  })

  it('does not wait longer for a target than its limit, nor than the caller', async () => {
    const {scraper} = scraping((await exporter('a 1\n')).url)
    const aborted = scraper.caughtUp(systemClock.now() + 60_000, AbortSignal.timeout(50))
    await expect(aborted).rejects.toThrow()
    const begun = systemClock.now()
    await scraper.caughtUp(begun + 500)
    expect(systemClock.now() - begun).toBeGreaterThan(500)
  })

  it.each([0, 100, 249, 15_001, 300.5, Number.NaN])('refuses an interval of %s ms', (wrong) => {
    const start = () =>
      startScraper({targets: [], intervalMs: wrong, store: new MetricStore(), clock: systemClock})
    expect(start).toThrow(/cannot be kept/)
  })
})

describe('nextSlot', () => {
  it('gives each target its own phase on a grid that does not drift', () => {
    const keys = Array.from({length: 20}, (_, index) =>
      targetKey({url: `http://host:${index}/metrics`, labels: {}}),
    )
    const phases = keys.map((key) => nextSlot(1_000_000, 500, key) % 500)
    expect(new Set(phases).size).toBeGreaterThan(10)
    expect(Math.max(...phases) - Math.min(...phases)).toBeGreaterThan(300)
    for (const key of keys) {
      const slot = nextSlot(1_000_000, 500, key)
      expect(slot).toBeGreaterThan(1_000_000)
      expect(slot).toBeLessThanOrEqual(1_000_500)
      expect(nextSlot(slot, 500, key)).toBe(slot + 500)
      expect(nextSlot(slot + 1730, 500, key)).toBe(slot + 2000)
    }
  })

  it('leaves a scrape less time than there is to the next', () => {
    for (const intervalMs of [250, 500, 15_000]) expect(timeoutOf(intervalMs)).toBeLessThan(intervalMs)
  })
})
