import {createServer, get} from 'node:http'
import type {AddressInfo} from 'node:net'

/** What a sabotage changes about the front; each of these is harmless as it stands. */
export interface FrontMood {
  /** Asked past the proxy. */
  bypass: boolean
  /** Share of the requests that are answered with 500. */
  failing: number
  /** Held back before the answer. */
  delayMs: number
  /** Makes another page of the honest one; undefined: the page is not served. */
  page(honest: string): string | undefined
}

/** A service in front of a slow one: waits for it a short while, then answers without it. Counts what it answers. */
export interface Front {
  url: string
  mood: FrontMood
  answered(): number
  close(): Promise<void>
}

const patienceMs = 80
const bounds = [0.1, 0.5, 2]

const asWell: FrontMood = {bypass: false, failing: 0, delayMs: 0, page: (honest) => honest}

/** Whether the backend answered in time, through the proxy or past it. */
const ask = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const request = get(url, {timeout: patienceMs}, (response) => {
      response.resume()
      response.once('end', () => resolve(true)).once('close', () => resolve(false))
    })
    request.once('timeout', () => request.destroy())
    request.once('error', () => resolve(false))
  })

/** Counters and a histogram of what was answered. */
class Books {
  readonly codes = new Map([
    [200, 0],
    [500, 0],
  ])
  readonly buckets = bounds.map(() => 0)
  total = 0

  add(code: number, seconds: number): void {
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1)
    this.total++
    for (const [index, bound] of bounds.entries())
      if (seconds <= bound) this.buckets[index] = (this.buckets[index] ?? 0) + 1
  }

  page(): string {
    return [
      '# TYPE http_requests_total counter',
      ...[...this.codes].map(([code, count]) => `http_requests_total{code="${code}"} ${count}`),
      '# TYPE http_request_duration_seconds histogram',
      ...bounds.map((le, index) => `http_request_duration_seconds_bucket{le="${le}"} ${this.buckets[index]}`),
      `http_request_duration_seconds_bucket{le="+Inf"} ${this.total}`,
      `http_request_duration_seconds_sum ${this.total}`,
      `http_request_duration_seconds_count ${this.total}`,
      '',
    ].join('\n')
  }
}

/** `proxied`: where the backend is behind its proxy; `direct`: where it really is. */
export const startFront = async (backend: {proxied: string; direct: string}): Promise<Front> => {
  const books = new Books()
  const mood = {...asWell}
  const server = createServer(async (request, response) => {
    // What a sabotage dates in the future must not reach a Prometheus that later runs ask.
    if (request.url === '/metrics' || request.url === '/honest') {
      const page = request.url === '/honest' ? books.page() : mood.page(books.page())
      response
        .writeHead(page === undefined ? 503 : 200, {'content-type': 'text/plain; version=0.0.4'})
        .end(page)
      return
    }
    const startMs = performance.now()
    await ask(mood.bypass ? backend.direct : backend.proxied)
    if (mood.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, mood.delayMs))
    // Every second, third, … request, and not by chance: a run must come out the same each time.
    const code = mood.failing > 0 && books.total % Math.round(1 / mood.failing) === 0 ? 500 : 200
    books.add(code, (performance.now() - startMs) / 1000)
    response.writeHead(code).end('ok')
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  // A server that listens on TCP has an address of this shape.
  const {port} = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    mood,
    answered: () => books.total,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** As it was in the beginning. */
export const mendFront = ({mood}: Front): void => {
  Object.assign(mood, asWell)
}
