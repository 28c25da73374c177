import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {networkInterfaces, tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {EnvironmentError, UserError} from '../../src/errors.js'
import {type MetricsFlags, serveMetrics} from '../../src/workflows/serve-metrics.js'

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({address}) => address === '::1'))

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-metrics-'))
})
afterEach(() => rm(folder, {recursive: true}))

const flags: MetricsFlags = {
  listen: '127.0.0.1:0',
  retention: '1h',
  'max-memory': '64MB',
  'max-samples': 10_000,
  'max-series': 100,
  'query-timeout': '10s',
  'query-max-samples': 10_000,
}

/** Serves, does something with the address, and stops. */
const serving = async (given: Partial<MetricsFlags>, use: (url: string) => Promise<void>): Promise<void> => {
  const stop = new AbortController()
  let used: Promise<void> = Promise.resolve()
  await serveMetrics({...flags, ...given}, stop.signal, {
    onReady: (url) => {
      used = use(url).finally(() => stop.abort())
    },
    onWarning: (message) => {
      throw new Error(message)
    },
  })
  await used
}

describe('serveMetrics', () => {
  it('answers until it is told to stop, and frees its port', async () => {
    let address = ''
    await serving({}, async (url) => {
      address = url
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      expect(await (await fetch(`${url}/-/ready`)).text()).toContain('Ready')
    })
    await expect(fetch(address)).rejects.toThrow()
  })

  it('scrapes what its configuration names', async () => {
    const config = join(folder, 'p.yml')
    await writeFile(
      config,
      'global: {scrape_interval: 5s}\nscrape_configs: [{job_name: a, static_configs: [{targets: ["127.0.0.1:1"]}]}]',
    )
    await serving({config}, async (url) => {
      expect(await (await fetch(`${url}/api/v1/targets`)).json()).toMatchObject({
        data: {activeTargets: [{scrapeUrl: 'http://127.0.0.1:1/metrics', scrapeInterval: '5s'}]},
      })
    })
  })

  it.each([':0', '0', 'localhost:0', ...(hasIpv6 ? ['[::1]:0'] : [])])('listens on %s', async (listen) => {
    await serving({listen}, async (url) => {
      const {port} = new URL(url)
      const host = listen.startsWith('[')
        ? '[::1]'
        : listen.startsWith('localhost')
          ? 'localhost'
          : '127.0.0.1'
      expect((await fetch(`http://${host}:${port}/-/healthy`)).status).toBe(200)
    })
  })

  it.each([
    [{listen: 'localhost'}, /--listen localhost is no address/],
    [{listen: 'host9090'}, /--listen host9090 is no address/],
    [{listen: '127.0.0.1:99999'}, /--listen 127.0.0.1:99999 is no address/],
    [{retention: '5'}, /--retention 5 is no duration/],
    [{retention: '1s'}, /at least 10s/],
    [{'max-memory': '512'}, /--max-memory 512 is no size of at least 1MB/],
    [{'max-memory': '900KB'}, /--max-memory 900KB is no size of at least 1MB/],
    [{'query-timeout': 'x'}, /--query-timeout x is no duration/],
    [{config: '/nowhere.yml'}, /Cannot read \/nowhere.yml: there is no such file/],
  ])('refuses %o', async (wrong, message) => {
    const asked = serving(wrong, async () => {})
    await expect(asked).rejects.toThrow(UserError)
    await expect(asked).rejects.toThrow(message)
  })

  it('tells where a configuration is wrong', async () => {
    const config = join(folder, 'p.yml')
    await writeFile(config, 'scrape_configs:\n  - job_nam: a\n')
    await expect(serving({config}, async () => {})).rejects.toThrow(
      `${config}:2:5 scrape_configs[0]: unknown key "job_nam"`,
    )
  })

  it('says that its port is taken, and leaves nothing running', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const asked = serving({listen: `127.0.0.1:${port}`}, async () => {})
    await expect(asked).rejects.toThrow(EnvironmentError)
    await expect(asked).rejects.toMatchObject({
      message: expect.stringContaining(`cannot listen on 127.0.0.1:${port}`),
      hint: expect.stringContaining('--listen'),
    })
    await new Promise((resolve) => taken.close(resolve))
  })
})
