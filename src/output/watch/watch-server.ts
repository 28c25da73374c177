import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {EnvironmentError, messageOf} from '../../errors.js'
import {livePage} from '../../reporters/html/live-page.js'
import {readLiveAssets} from '../page-assets.js'
import {type PageMessage, WatchBoard} from './watch-board.js'

/** A page to watch runs on, and the board that it shows. */
export interface WatchServer {
  url: string
  board: WatchBoard
  close(): Promise<void>
}

/** More pages than anybody has walls. */
const mostPages = 20
/** A page that does not read what it is told is let go of: the run must not hold its news in memory. */
const mostUnreadBytes = 8_000_000
/** Proxies and browsers end a connection that says nothing. */
const heartbeatMs = 15_000
const lastWordsMs = 500

const lineOf = ({event, data}: PageMessage): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

/** Only names of this machine: a page from elsewhere that has a name resolve to 127.0.0.1 must read nothing. */
const isLocal = (host = ''): boolean => /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)

/** The pages that are open. */
class Pages {
  readonly #open = new Set<ServerResponse>()

  get full(): boolean {
    return this.#open.size >= mostPages
  }

  add(page: ServerResponse, first: readonly PageMessage[]): void {
    page.writeHead(200, {'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store'})
    page.write(first.map(lineOf).join(''))
    this.#open.add(page)
    page.on('close', () => this.#open.delete(page))
  }

  tell(text: string): void {
    for (const page of this.#open) {
      if (page.writableLength > mostUnreadBytes) page.destroy()
      else page.write(text)
    }
  }

  end(): void {
    for (const page of this.#open) page.end()
  }
}

/** Why a request gets neither the page nor its news. */
const refusalOf = ({method, url, headers}: IncomingMessage, full: boolean): [number, string] | undefined => {
  if (!isLocal(headers.host)) return [403, 'This page is for this machine alone.']
  if (method !== 'GET') return [405, 'This page can only be read.']
  if (url !== '/' && url !== '/events') return [404, 'There is nothing here but /.']
  return url === '/events' && full ? [503, `Already ${mostPages} pages are open.`] : undefined
}

const send = (response: ServerResponse, status: number, type: string, text: string): void => {
  response.writeHead(status, {'content-type': `text/${type}; charset=utf-8`, 'cache-control': 'no-store'})
  response.end(text)
}

/**
 * Serves a read-only page of the runs that the board is told of, on this machine alone. Throws EnvironmentError when the
 * port cannot be had.
 */
export const startWatchServer = async (port: number): Promise<WatchServer> => {
  const page = livePage(await readLiveAssets())
  const pages = new Pages()
  const board = new WatchBoard((message) => pages.tell(lineOf(message)))
  const server = createServer((request, response) => {
    const refusal = refusalOf(request, pages.full)
    if (refusal) send(response, refusal[0], 'plain', `${refusal[1]}\n`)
    else if (request.url === '/events') pages.add(response, board.all())
    else send(response, 200, 'html', page)
  })
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new EnvironmentError(`The page to watch cannot be served on port ${port}: ${messageOf(cause)}`, {
      hint: 'Choose another port with --watch-port; 0 takes a free one.',
      cause,
    })
  }
  const heartbeat = setInterval(() => pages.tell(': still here\n\n'), heartbeatMs)
  // A listening TCP server has this form of address.
  const {port: taken} = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${taken}/`,
    board,
    close: async () => {
      clearInterval(heartbeat)
      pages.end()
      const closed = once(server, 'close')
      server.close()
      // What the pages were told last is on its way; one that does not read it is not waited for.
      const giveUp = setTimeout(() => server.closeAllConnections(), lastWordsMs)
      await closed
      clearTimeout(giveUp)
    },
  }
}
