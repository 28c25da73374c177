import {createServer, type RequestListener, type Server} from 'node:http'
import {afterEach, describe, expect, it} from 'vitest'
import {createLog} from '../../src/service/log.js'
import {rememberedSwitches} from '../../src/service/remembered-switches.js'

describe('switches set before a service started', () => {
  let server: Server | undefined
  const lines: string[] = []
  const ask = async (answer: RequestListener) => {
    const listening = createServer(answer)
    server = listening
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
    const address = listening.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const log = createLog({
      service: 'order',
      replica: 'order-1',
      level: 'warn',
      write: (line) => lines.push(line),
    })
    return await rememberedSwitches({service: 'order', controlUrl: `http://127.0.0.1:${port}`}, log)
  }
  afterEach(() => {
    server?.closeAllConnections()
    server?.close()
    lines.length = 0
  })

  it('are those of its own name', async () => {
    // The first request of a process takes its time, and one second is all it gets.
    await ask((_request, response) => void response.end('{}'))
    lines.length = 0
    server?.close()
    const found = await ask((request, response) => {
      response.end(request.url === '/remembered/order' ? '{"breaker":false,"retry.max":3}' : '{}')
    })
    expect(found).toEqual({breaker: false, 'retry.max': 3})
    expect(lines).toEqual([])
  })

  it.each<[string, RequestListener]>([
    ['an error', (_request, response) => void response.writeHead(500).end('{}')],
    ['no JSON', (_request, response) => void response.end('<html>')],
    ['what is no switch', (_request, response) => void response.end('{"__proto":1}')],
    ['null', (_request, response) => void response.end('null')],
    ['nothing, ever', () => {}],
  ])('are none when the answer is %s, and that is said', async (_what, answer) => {
    expect(await ask(answer)).toEqual({})
    expect(lines.join()).toContain('all protections are on')
  })

  it('are not asked for outside a cluster', async () => {
    const log = createLog({
      service: 'order',
      replica: 'order-1',
      level: 'warn',
      write: (line) => lines.push(line),
    })
    expect(await rememberedSwitches({service: 'order'}, log)).toEqual({})
  })
})
