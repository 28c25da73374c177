import {request} from 'node:http'
import {type AddressInfo, connect, createServer} from 'node:net'
import {afterEach, describe, expect, it} from 'vitest'
import {EnvironmentError} from '../../../src/errors.js'
import {startWatchServer, type WatchServer} from '../../../src/output/watch/watch-server.js'
import {progress} from '../progress-sample.js'

let server: WatchServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const ask = async (url: string, options: {method?: string; host?: string} = {}) =>
  await new Promise<{status: number | undefined; text: string; csp: boolean}>((resolve, reject) => {
    const {method = 'GET', host} = options
    const asked = request(url, {method, headers: host === undefined ? {} : {host}}, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () =>
        resolve({status: response.statusCode, text, csp: text.includes("default-src 'none'")}),
      )
    })
    asked.on('error', reject)
    asked.end()
  })

/** What a page is told until the server ends. */
const listen = async (url: string) => {
  const told: {event: string; data: unknown}[] = []
  const response = await fetch(`${url}events`)
  const done = (async () => {
    let text = ''
    const decoder = new TextDecoder()
    for await (const part of response.body ?? []) text += decoder.decode(part, {stream: true})
    for (const message of text.split('\n\n')) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(message) ?? []
      if (event !== undefined && data !== undefined) told.push({event, data: JSON.parse(data)})
    }
  })()
  return {told, done}
}

describe('the page to watch', () => {
  it('is one page that asks only where it came from', async () => {
    server = await startWatchServer(0)
    const {status, text, csp} = await ask(server.url)
    expect(status).toBe(200)
    expect(csp).toBe(true)
    expect(text).not.toMatch(/(src|href)="http/)
  })

  it('tells a page that comes late everything, then what comes', async () => {
    server = await startWatchServer(0)
    server.board.progress({...progress, phase: 'starting', elapsedMs: 0, faults: []})
    server.board.progress(progress)
    server.board.note('fault <in> force')
    const {told, done} = await listen(server.url)
    server.board.progress({...progress, phase: 'recovery', elapsedMs: 29_000, faults: []})
    await server.close()
    await done
    const parts = told.filter(({event}) => event === 'part').map(({data}) => JSON.stringify(data))
    expect(told[0]).toEqual({event: 'reset', data: {title: 'payment-slow: shakedown'}})
    expect(parts.some((part) => part.includes('adds 10s latency'))).toBe(true)
    expect(parts.some((part) => part.includes('fault &lt;in&gt; force'))).toBe(true)
    expect(parts.at(-1)).toContain('recovery')
    expect(told.findLast(({event}) => event === 'marks')?.data).toMatchObject({
      bands: [
        {kind: 'fault', from: 20, to: 29},
        {kind: 'injected adds 10s latency on order->payment', from: 20, to: 20},
        {kind: 'recovery', from: 29, to: 29},
      ],
    })
  })

  it('forgets one run when the next begins', async () => {
    server = await startWatchServer(0)
    server.board.progress(progress)
    server.board.note('of the first')
    server.board.progress({...progress, phase: 'starting', scenario: 'second', elapsedMs: 0})
    const {told, done} = await listen(server.url)
    await server.close()
    await done
    expect(told[0]).toEqual({event: 'reset', data: {title: 'second: shakedown'}})
    expect(JSON.stringify(told)).not.toContain('of the first')
  })

  it.each([
    {what: 'a name that is not of this machine', options: {host: 'evil.example:80'}, path: '', status: 403},
    {what: 'a change', options: {method: 'POST'}, path: '', status: 405},
    {what: 'another path', options: {}, path: 'etc/passwd', status: 404},
  ])('refuses $what', async ({options, path, status}) => {
    server = await startWatchServer(0)
    expect((await ask(`${server.url}${path}`, options)).status).toBe(status)
  })

  it('says so when its port is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    // A listening TCP server has this form of address.
    const {port} = other.address() as AddressInfo
    await expect(startWatchServer(port)).rejects.toThrow(EnvironmentError)
    other.close()
  })

  it('does not wait for a page that reads nothing', async () => {
    server = await startWatchServer(0)
    const {port} = new URL(server.url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.pause()
    socket.on('error', () => {})
    socket.write(`GET /events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const begun = performance.now()
    await server.close()
    expect(performance.now() - begun).toBeLessThan(5_000)
    socket.destroy()
  })
})
