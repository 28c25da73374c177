import {execFileSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {newUser, shipped} from './cli.js'

const user = newUser()
const folder = mkdtempSync(join(tmpdir(), 'shakedown-bad-'))

/** A scenario that is right but for what is put in. */
const scenario = ({
  profile = '{constant: 10/s}',
  fault = 'latency: {edge: order->payment, delay: 1s}',
  extra = '',
}: {
  profile?: string
  fault?: string
  extra?: string
}): string => {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.yaml`)
  writeFileSync(
    path,
    `name: bad
summary: Something is wrong with it.
target: reference
load:
  profile: ${profile}
  requests:
    - {name: browse, get: /products}
phases: {baseline: 2s, fault: 2s, recovery: 2s}
faults:
  - ${fault}
objectives:
  - {name: up, good: 'a', total: 'b', target: 99%}
${extra}`,
  )
  return path
}

const file = (text: string): string => {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.yaml`)
  writeFileSync(path, text)
  return path
}

const cases: [what: string, args: () => string[], code: number, says: RegExp[]][] = [
  ['a missing file', () => ['run', '/no/such.yaml'], 2, [/\/no\/such\.yaml/]],
  ['broken YAML', () => ['run', file('name: [1,\nload: }')], 2, [/\.yaml:2:\d+/]],
  [
    'an unknown fault',
    () => ['run', scenario({fault: 'latensy: {edge: a->b}'})],
    2,
    [/\.yaml:10:\d+/, /latency/],
  ],
  ['a misspelt key', () => ['run', scenario({extra: 'objectivs: []'})], 2, [/\.yaml:13:\d+/, /objectives/]],
  [
    'an edge that does not exist',
    () => ['run', scenario({fault: 'down: {edge: order->paiment}'})],
    2,
    [/order->payment/],
  ],
  [
    'a workload that does not exist',
    () => ['run', scenario({fault: 'kill: {workload: catalogue}'})],
    2,
    [/catalog/],
  ],
  [
    'a negative rate',
    () => ['run', scenario({profile: '{constant: -5/s}'})],
    2,
    [/\.yaml:5:\d+/, /negative/],
  ],
  [
    'an unreachable Toxiproxy',
    () => ['run', shipped('payment-slow'), '--toxiproxy', 'http://127.0.0.1:65529'],
    4,
    [/Toxiproxy does not answer at http:\/\/127\.0\.0\.1:65529: connect ECONNREFUSED 127\.0\.0\.1:65529\n/],
  ],
  ['an unknown flag', () => ['run', '--fast', 'a.yaml'], 2, [/--fast/]],
  ['a misspelt flag', () => ['run', '--traget', 'a.yaml'], 2, [/--traget: did you mean "--target"/]],
  ['a misspelt command', () => ['valdiate', 'a.yaml'], 2, [/^Error: .*"valdiate": did you mean "validate"/]],
  ['a word where none is taken', () => ['restore', 'everything'], 2, [/takes only flags, got "everything"/]],
  ['an unknown engine', () => ['run', shipped('payment-slow'), '--engine', 'warp'], 2, [/warp/, /pacer/]],
  [
    'an engine that can keep no rate',
    () => ['run', shipped('payment-slow'), '--engine', 'autocannon'],
    2,
    [/load\.profile: autocannon .*closed loop/, /engine: pacer/],
  ],
  [
    'an engine that would keep a rate where none is given',
    () => ['plan', scenario({profile: '{connections: 5}'})],
    2,
    [/\.yaml:5:\d+ load\.profile: pacer .*open loop/, /engine: autocannon/],
  ],
  [
    'a switch without a value',
    () => ['run', shipped('payment-slow'), '--switch', 'order.breaker'],
    2,
    [/NAME=VALUE/],
  ],
  [
    'a switch that there is not',
    () => ['run', shipped('payment-slow'), '--switch', 'order.breker=off'],
    2,
    [/--switch: there is no switch "order\.breker": did you mean "order\.breaker"/],
  ],
  [
    'a flag whose variable is not set',
    () => ['run', shipped('payment-slow'), '--prometheus', ''],
    2,
    [/--prometheus: expected a value, got nothing\n.*variable/],
  ],
  [
    'a context of no cluster',
    () => ['plan', shipped('payment-slow'), '--context', 'staging'],
    2,
    [/reference is in no cluster: --context staging changes nothing/],
  ],
  ['help about nothing', () => ['help', 'valdiate'], 2, [/^Error: .*"valdiate": did you mean "validate"/]],
  ['a record that is not there', () => ['report', '/no/record.jsonl.gz'], 2, [/\/no\/record/]],
]

describe('wrong input gets one clear error', () => {
  it.each(cases)('%s', async (_, args, code, says) => {
    const result = await user.run(args())
    expect(result.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/)
    for (const pattern of says) expect(result.stderr).toMatch(pattern)
    expect(result.code).toBe(code)
    expect(result.stdout).toBe('')
  })

  it.each(['run', 'capacity'])(
    '%s starts no deployment for a Prometheus that does not answer',
    async (command) => {
      const {stderr, code} = await user.run([
        command,
        shipped('payment-slow'),
        ...['--prometheus', 'http://127.0.0.1:9'],
      ])
      expect(stderr).toMatch(/^Error: Prometheus does not answer at http:\/\/127\.0\.0\.1:9/)
      expect(code).toBe(4)
    },
  )

  it('tells all problems of a file at once', async () => {
    const path = scenario({
      profile: '{constant: fast}',
      fault: 'latency: {edge: order->payment, delay: soon}',
      extra: 'colour: red',
    })
    const {stdout, code} = await user.run(['validate', path])
    expect(code).toBe(2)
    expect(stdout.match(/\.yaml:\d+:\d+/g)?.length ?? 0).toBeGreaterThanOrEqual(3)
  })

  it('is JSON when a script asks for JSON', async () => {
    const {stdout, code} = await user.run(['run', '/no/such.yaml', '--json'])
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({
      error: {exitCode: 2, message: expect.stringContaining('/no/such.yaml')},
    })
  })
})

describe('output that cannot be written', () => {
  it('is no success, and no bug', async () => {
    const {code, stderr} = await user.run(['faults', 'latency'], {shell: 'exec >/dev/full'})
    expect(stderr).toMatch(/^Error: Standard output cannot be written: ENOSPC.*\n.*room/)
    expect(stderr).not.toContain('bug')
    expect(code).toBe(4)
  })

  it('of progress and errors changes no exit code', async () => {
    const {code} = await user.run(['validate', '--nope'], {shell: 'exec 2>/dev/full'})
    expect(code).toBe(2)
  })
})

describe('a port in use', () => {
  it.each([
    ['the control API', (port: number) => ['up', '--control-port', String(port)]],
    ['the proxy server', (port: number) => ['proxy', '--port', String(port)]],
  ])('of %s is named', async (_, args) => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const {code, stderr} = await user.run(args(port))
    server.close()
    expect(stderr).toContain(String(port))
    expect(code).toBe(4)
  })
})

describe('a part of the reference deployment that does not come up', () => {
  it('is named, and nothing is left running', async () => {
    const {code, stderr} = await user.run(['up'], {shell: 'export SHAKEDOWN_CACHE=/dev/null/cache'})
    expect(stderr).toMatch(/PostgreSQL|cache/)
    expect(code).toBe(4)
    expect(execFileSync('ps', ['-eo', 'args='], {encoding: 'utf8'})).not.toContain(user.state)
  })
})

describe('help', () => {
  it.each([
    'run',
    'plan',
    'validate',
    'report',
    'judge',
    'up',
    'down',
    'status',
    'doctor',
    'schema',
    'proxy',
  ])('%s explains itself with examples', async (command) => {
    const {stdout, code} = await user.run([command, '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('EXAMPLES')
    expect(stdout).toContain(`$ shakedown ${command}`)
    // What the generator of usage lines makes of flags that go with others.
    expect(stdout.split('FLAGS')[0]).not.toMatch(/\| *\]|\s\]/)
  })
})
