import {type ChildProcess, execFile, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {connectPrometheus} from '../../src/metrics/prometheus.js'
import type {MetricSource} from '../../src/metrics/source.js'
import {parseTarget} from '../../src/scenarios/load-target.js'
import {systemClock} from '../../src/system/clock.js'
import {startForwardProxy} from '../fakes/forward-proxy.js'
import {type Certificates, makeCertificates} from '../fakes/metrics-certificates.js'
import {type Exporter, startExporter} from '../fakes/metrics-exporter.js'
import {freePort} from '../soak/free-port.mjs'
import {findTool} from './components.js'

const tool = await findTool('prometheus-3.5')
const certificates = makeCertificates()
const missing = 'missing' in tool ? tool.missing : certificates ? undefined : 'there is no openssl'
if (missing) process.stderr.write(`SKIPPED: a Prometheus behind TLS: ${missing}\n`)

const password = 'sesame-pw'
/** bcrypt of the password, as Prometheus wants it. */
const passwordHash = '$2b$04$abcdefghijklmnopqrstuuBwpYHXjX90QhU4uvjI7hcgY1hnyA5Zu'

/** A Prometheus below `/prom` that wants TLS, a client certificate and a password; it scrapes one target. */
const startGuarded = async (
  binary: string,
  {serverCert, serverKey, ca}: Certificates,
  target: Exporter,
): Promise<{port: number; folder: string; child: ChildProcess}> => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-prometheus-'))
  const web = {
    tls_server_config: {
      cert_file: serverCert,
      key_file: serverKey,
      client_auth_type: 'RequireAndVerifyClientCert',
      client_ca_file: ca,
    },
    basic_auth_users: {sre: passwordHash},
  }
  const config = {
    global: {scrape_interval: '500ms', scrape_timeout: '400ms'},
    scrape_configs: [{job_name: 'a', static_configs: [{targets: [`127.0.0.1:${target.port}`]}]}],
  }
  writeFileSync(join(folder, 'web.yml'), JSON.stringify(web))
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config))
  writeFileSync(join(folder, 'password'), `${password}\n`)
  const port = await freePort()
  const flags = [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    `--web.config.file=${folder}/web.yml`,
    '--web.route-prefix=/prom',
  ]
  return {port, folder, child: spawn(binary, flags, {stdio: 'ignore'})}
}

describe.skipIf(missing !== undefined)('a Prometheus behind TLS, a password and a path prefix', () => {
  let exporter: Exporter
  let server: Awaited<ReturnType<typeof startGuarded>>
  const closers: (() => Promise<void>)[] = []

  /** As a target file says; `undefined` leaves a key out. */
  const connected = async (
    change: Record<string, unknown> = {},
    tls: Record<string, unknown> = {},
    environment: Record<string, string> = {},
  ): Promise<MetricSource> => {
    const metrics = {
      prometheus: {
        url: `https://127.0.0.1:${server.port}/prom/`,
        basic: {username: 'sre', password: {file: 'password'}},
        tls: {ca: certificates?.ca, cert: certificates?.clientCert, key: certificates?.clientKey, ...tls},
        ...change,
      },
    }
    const text = JSON.stringify({name: 't', endpoints: {a: 'http://127.0.0.1:1'}, metrics})
    const target = parseTarget(join(server.folder, 'target.json'), text)
    if (target.metrics.kind !== 'prometheus') throw new Error('not a Prometheus')
    const source = await connectPrometheus({...target.metrics, environment})
    closers.push(source.close)
    return source
  }

  beforeAll(async () => {
    if ('missing' in tool || !certificates) return
    exporter = await startExporter('a 1\n')
    server = await startGuarded(tool.binary, certificates, exporter)
    const limitMs = systemClock.now() + 60_000
    for (;;) {
      const up = await connected().then(
        async (source) => (await source.query('a', systemClock.now())).answers.length > 0,
        () => false,
      )
      if (up) break
      if (systemClock.now() > limitMs) throw new Error('Prometheus did not scrape within 60 s')
      await systemClock.sleep(200)
    }
  })
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
  })
  afterAll(async () => {
    if (missing) return
    const gone = once(server.child, 'exit')
    server.child.kill('SIGKILL')
    await gone
    rmSync(server.folder, {recursive: true, force: true})
    await exporter.close()
  })

  it('is read with all of them', async () => {
    const source = await connected()
    expect(await source.describe()).toBe(`https://127.0.0.1:${server.port}/prom, Prometheus 3.5.0`)
    expect(source.cautions).toEqual([])
    const nowMs = systemClock.now()
    const [series] = await source.samples('a', nowMs - 60_000, nowMs)
    expect(series?.v.length).toBeGreaterThan(0)
  })

  it.each<[string, Record<string, unknown>, Record<string, unknown>, RegExp, RegExp]>([
    [
      'a wrong password',
      {basic: {username: 'sre', password: 'sesame-no'}},
      {},
      /refuses access \(status 401\): Unauthorized/,
      /`basic`/,
    ],
    [
      'no password',
      {basic: undefined},
      {},
      /refuses access \(status 401\)/,
      /SHAKEDOWN_PROMETHEUS_USERNAME|_USERNAME/,
    ],
    ['no authority', {}, {ca: undefined}, /does not answer at .*certificate/, /`ca` under `tls`/],
    ['no client certificate', {}, {cert: undefined, key: undefined}, /does not answer/, /client certificate/],
    [
      'another server name',
      {},
      {'server-name': 'other.internal'},
      /does not answer/,
      /`server-name` under `tls`/,
    ],
  ])('is not read with %s', async (_, change, tls, message, hint) => {
    const thrown: unknown = await connected(change, tls).catch((error: unknown) => error)
    expect(thrown).toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    })
    expect(JSON.stringify([String(thrown), thrown])).not.toContain('sesame')
  })

  it.each([
    ['without its prefix', (port: number) => `https://127.0.0.1:${port}`, /path prefix/],
    ['without TLS', (port: number) => `http://127.0.0.1:${port}/prom`, /Check the address/],
  ])('is not read %s', async (_, address, hint) => {
    await expect(connected({url: address(server.port)})).rejects.toMatchObject({
      name: 'EnvironmentError',
      hint: expect.stringMatching(hint),
    })
  })

  it('is read by another name when told so', async () => {
    const source = await connected({}, {'server-name': 'prometheus.internal'})
    expect(source.kind).toBe('prometheus')
  })

  it('is read without its authority when told so, with a warning', async () => {
    const source = await connected({}, {ca: undefined, insecure: true})
    expect(source.cautions).toEqual([expect.stringContaining('is not checked')])
  })

  it('is read through a proxy, by a name that only the proxy knows', async () => {
    const proxy = await startForwardProxy(server.port)
    closers.push(proxy.close)
    const url = `https://prometheus.internal:${server.port}/prom`
    const source = await connected({url}, {}, {HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`})
    expect(await source.describe()).toContain(url)
    expect(proxy.seen).toContain(`CONNECT prometheus.internal:${server.port}`)
  })

  it('answers with samples that are not older than asked for, and with its remarks', async () => {
    const soonMs = systemClock.now() + 30_000
    expect((await (await connected({lookback: '10s'})).query('a', soonMs)).answers).toEqual([])
    expect((await (await connected({lookback: '1m'})).query('a', soonMs)).answers).toHaveLength(1)
    const {infos} = await (await connected()).query('rate(a[1m])', systemClock.now())
    expect(infos).toEqual([expect.stringContaining('might not be a counter')])
  })

  it('is examined by the environment, and no secret is printed', async () => {
    const run = promisify(execFile)(
      process.execPath,
      ['bin/run.js', 'doctor', '--prometheus', `https://127.0.0.1:${server.port}/prom`],
      {
        env: {
          ...process.env,
          SHAKEDOWN_STATE: server.folder,
          SHAKEDOWN_PROMETHEUS_USERNAME: 'sre',
          SHAKEDOWN_PROMETHEUS_PASSWORD: password,
          SHAKEDOWN_PROMETHEUS_CA_FILE: certificates?.ca,
          SHAKEDOWN_PROMETHEUS_CERT_FILE: certificates?.clientCert,
          SHAKEDOWN_PROMETHEUS_KEY_FILE: certificates?.clientKey,
        },
      },
    )
    // Something else may be missing on this machine: what it says of Prometheus counts.
    const {stdout, stderr} = await run.catch((error: {stdout: string; stderr: string}) => error)
    expect(stdout).toMatch(/^ok +Prometheus: https:\/\/127\.0\.0\.1:\d+\/prom, Prometheus 3\.5\.0/m)
    expect(stdout + stderr).not.toContain('sesame')
  })
})
