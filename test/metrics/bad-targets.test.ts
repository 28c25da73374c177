import type {IncomingMessage, ServerResponse} from 'node:http'
import {gzipSync} from 'node:zlib'
import {Agent} from 'undici'
import {afterEach, describe, expect, it} from 'vitest'
import {scrapeOnce} from '../../src/metrics/scrape.js'
import {type Scraper, startScraper} from '../../src/metrics/scraper.js'
import type {Series} from '../../src/metrics/source.js'
import {MetricStore} from '../../src/metrics/store.js'
import {queryStore, samplesOfStore} from '../../src/metrics/store-query.js'
import {quote} from '../../src/promql/syntax/strings.js'
import {systemClock} from '../../src/system/clock.js'
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

const labels = (job: string): Record<string, string> => ({job, instance: job})
const scraping = (urls: Record<string, string>): {store: MetricStore; scraper: Scraper} => {
  const store = new MetricStore()
  const targets = Object.entries(urls).map(([job, url]) => ({url, labels: labels(job)}))
  const scraper = startScraper({targets, intervalMs: 400, store, clock: systemClock})
  closers.push(scraper.close)
  return {store, scraper}
}
const scraped = (scraper: Scraper): Promise<void> => scraper.caughtUp(systemClock.now())
const read = (store: MetricStore, selector: string): Series[] =>
  samplesOfStore(store, selector, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)

type Respond = (request: IncomingMessage, response: ServerResponse) => void
const text =
  (body: string | Buffer): Respond =>
  (_, response) =>
    void response.end(body)

/** The reason that one scrape fails with, given all the time it could want. */
const reasonOf = async (respond: Respond, timeoutMs = 10_000): Promise<string> => {
  const target = await exporter()
  target.answer(respond)
  const agent = new Agent()
  closers.push(() => agent.close())
  try {
    const {body} = await scrapeOnce(target.url, timeoutMs, agent, new AbortController().signal)
    return `no failure, but a body of ${body.length}`
  } catch (cause) {
    return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  }
}

describe('one scrape of a target that', () => {
  it('sends 100 MB is ended at 20 MB', async () => {
    let sent = 0
    const chunk = Buffer.alloc(1024 * 1024, '\n')
    const reason = await reasonOf((_, response) => {
      const more = (): void => {
        while (sent < 100 && !response.destroyed) {
          sent++
          if (!response.write(chunk)) return void response.once('drain', more)
        }
        response.end()
      }
      more()
    })
    expect(reason).toBe('EnvironmentError: the body is larger than 20 MB')
    // What stands in the sockets' buffers has been sent, and no more.
    expect(sent).toBeLessThan(60)
  })

  it.each([
    [
      'sends a gzip bomb',
      (_, response) => {
        response.writeHead(200, {'content-encoding': 'gzip'})
        response.end(gzipSync(Buffer.alloc(64 * 1024 * 1024), {level: 9}))
      },
      /the body is larger than 20 MB$/,
    ],
    [
      'sends half of a gzip',
      (_, response) => {
        response.writeHead(200, {'content-encoding': 'gzip'})
        response.end(gzipSync('a 1\n'.repeat(1000)).subarray(0, 40))
      },
      /unexpected end of file/,
    ],
    [
      'says it sends more than it does',
      (_, response) => {
        response.writeHead(200, {'content-length': '100'})
        response.write('a 1\n', () => response.socket?.end())
      },
      /broke in the middle of the body|other side closed|content-length/i,
    ],
    [
      'redirects to itself',
      (_, response) => void response.writeHead(302, {location: '/metrics'}).end(),
      /answered with status 302|redirect/i,
    ],
    ['says it has nothing', (_, response) => void response.writeHead(204).end(), /answered with status 204$/],
    [
      'speaks another protocol',
      (_, response) => void response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n'),
      /EnvironmentError: .*(?:parse|HTTP|invalid)/i,
    ],
    [
      'sends bytes that are not UTF-8',
      text(Buffer.from('a 1\nb{c="\xff"} 2\n', 'latin1')),
      /line 2: bytes that are not UTF-8$/,
    ],
    [
      'sends half a pair of surrogates',
      text(Buffer.from('a{b="\xed\xa0\x80"} 1\n', 'latin1')),
      /line 1: bytes that are not UTF-8$/,
    ],
  ] satisfies [string, Respond, RegExp][])('%s is told with the reason', async (_, respond, reason) => {
    expect(await reasonOf(respond)).toMatch(reason)
  })

  it('sends a byte at a time is given up when its time is over', async () => {
    let timer: NodeJS.Timeout | undefined
    const reason = await reasonOf((_, response) => {
      timer = setInterval(() => response.write('a'), 20)
      response.on('close', () => clearInterval(timer))
    }, 300)
    clearInterval(timer)
    expect(reason).toBe('EnvironmentError: no whole answer within 300 ms')
  })

  it('has other bytes in a comment only is read', async () => {
    const body = Buffer.from('# HELP a gr\xfc\xdfe\na 1\n', 'latin1')
    expect(await reasonOf(text(body))).toMatch(/^no failure, but a body of 19$/)
  })
})

describe('a body that', () => {
  it.each([
    ['is a web page that calls itself text', '<!DOCTYPE html>\n<html></html>\n', /^line 1: /],
    ['ends in half a line', 'a 1\nb 12', /^line 2: the body ends in the middle of a line$/],
    ['ends in half a name', 'a 1\nb', /^line 2: the body ends in the middle of a line$/],
    ['leaves labels open', 'a 1\nb{c="d" 2\n', /^line 2: /],
    ['has a value that is none', 'a 1\nb 0x10\n', /^line 2: expected a number/],
    ['has a time that is none', 'a 1\nb 2 soon\n', /^line 2: expected a timestamp/],
    ['names a label twice', 'a 1\nb{c="d",c="e"} 2\n', /^line 2: label "c" is given twice$/],
  ])('%s is refused whole, and the other targets go on', async (_, body, reason) => {
    const [bad, good] = [await exporter(body), await exporter('fine 1\n')]
    const {store, scraper} = scraping({bad: bad.url, good: good.url})
    await scraped(scraper)
    expect(scraper.targets()).toMatchObject([{up: false, reason: expect.stringMatching(reason)}, {up: true}])
    expect(read(store, 'a')).toEqual([])
    expect(read(store, 'b')).toEqual([])
    expect(read(store, 'up{job="bad"}')[0]?.v.at(-1)).toBe(0)
    expect(read(store, 'fine')[0]?.v[0]).toBe(1)
  })

  it('has a series twice counts it once, the first', async () => {
    const {url} = await exporter('a{b="1",c="2"} 1\na{c="2",b="1"} 5\na{b="1",c="2"} 7\n')
    const {store, scraper} = scraping({one: url})
    await scraped(scraper)
    const [only, ...more] = read(store, 'a')
    expect([only?.v[0], more]).toEqual([1, []])
  })

  it('changes the type of a metric from scrape to scrape is read as numbers go', async () => {
    const types = ['counter', 'gauge', 'histogram', 'summary', 'untyped']
    let scrapes = 0
    const {url} = await exporter(() => `# TYPE a ${types[scrapes++ % types.length]}\na ${scrapes}\n`)
    const {store, scraper} = scraping({one: url})
    for (let at = 0; at < 3; at++) await scraped(scraper)
    const values = read(store, 'a')[0]?.v ?? []
    expect(values.length).toBeGreaterThanOrEqual(3)
    expect(values).toEqual(values.map((_, index) => (values[0] ?? 0) + index))
  })

  const tricks = [
    ['NUL', '\u0000', '\u0000'],
    ['marks that turn the direction', '\u202eabc\u202c', '\u202eabc\u202c'],
    ['nothing one can see', '\u200b\u2060\ufeff', '\u200b\u2060\ufeff'],
    ['astral characters', '😀𝒳', '😀𝒳'],
    ['a composed and a decomposed letter', 'é≠e\u0301', 'é≠e\u0301'],
    ['the last code point', '\u{10ffff}', '\u{10ffff}'],
    ['the character for what could not be read', '\ufffd', '\ufffd'],
    ['line separators', '\u2028\u2029\u0085', '\u2028\u2029\u0085'],
    ['a quote, a backslash and a newline', '\\"\\\\\\n', '"\\\n'],
    ['a carriage return and a tab', '\r\t', '\r\t'],
    ['escapes that are none here', '\\ud800\\x41\\t', '\\ud800\\x41\\t'],
    ['braces and commas', '},{a="', '},{a="'],
    ['what HTML would read', '<script>alert(1)</script>&amp;', '<script>alert(1)</script>&amp;'],
    ['names of what every object has', '__proto__', '__proto__'],
  ] as const

  it.each(tricks)('has %s in a label keeps it to the answer', async (_, written, meant) => {
    const escaped =
      written.includes('"') && !written.startsWith('\\') ? written.replace(/"/g, '\\"') : written
    const {url} = await exporter(`a{b="${escaped}"} 1\na{b="other"} 2\n__proto__{constructor="x"} 3\n`)
    const {store, scraper} = scraping({one: url})
    await scraped(scraper)
    const atMs = systemClock.now()
    const sum = queryStore(store, 'sum by (b) (a)', atMs).answers
    expect(sum.sort((left, right) => left.value - right.value)).toEqual([
      {labels: {b: meant}, value: 1},
      {labels: {b: 'other'}, value: 2},
    ])
    const quoted = quote(meant)
    expect(queryStore(store, `a{b=${quoted}} + 0`, atMs).answers.map(({value}) => value)).toEqual([1])
    expect(queryStore(store, '__proto__{constructor="x"} + 0', atMs).answers).toMatchObject([{value: 3}])
  })
})
