import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {connectToxiproxy} from '../../src/clients/toxiproxy.js'
import {until} from '../soak/processes.mjs'
import {writeScenario} from '../soak/scenarios.mjs'
import {type SmallSystem, startSystem} from '../soak/system.mjs'
import {journals, newUser, type Running, type User, watchdogsOf} from './cli.js'

const faults = ['latency: {edge: front->a, delay: 50ms}', 'down: {edge: front->c}']
let user: User
let system: SmallSystem
let before: string
let going: Running[] = []

beforeAll(async () => {
  user = newUser()
  system = await startSystem('embedded', user.home)
})

afterAll(() => system.stop())

beforeEach(async () => {
  before = await system.world()
})

afterEach(async () => {
  for (const {child} of going) child.kill('SIGINT')
  await Promise.all(going.map(({done}) => done))
  going = []
})

/** Starts a run of minutes that is ended by the test; resolves when its faults are in force. */
const breakThings = async (by: User): Promise<Running> => {
  const running = by.start(['run', writeScenario(user.home, 'long', faults, 180_000)])
  going.push(running)
  const broken = await until(async () => {
    const {a, c} = await system.api.proxies()
    return a?.toxics.length === 1 && c?.enabled === false
  }, 60_000)
  expect(broken, 'the faults came into force').toBe(true)
  return running
}

const runIdIn = (text: string): string => /\d{8}-\d{6}-soak-long-[0-9a-f]{4}/.exec(text)?.[0] ?? 'no run id'

describe('two runs on one target', () => {
  it('the second is refused, told who holds it, and undoes nothing of the first', async () => {
    await breakThings(user)
    const held = await system.world()
    const second = await user.run(['run', writeScenario(user.home, 'second', faults)])
    expect(second.code).toBe(4)
    expect(second.stderr).toMatch(
      /small-shop is in use: run \d{8}-\d{6}-soak-long-\w{4} \(process \d+\) holds it/,
    )
    expect(second.stderr).toMatch(/kill -INT \d+/)
    expect(await system.world()).toBe(held)
    const restored = await user.run(['restore'])
    expect(restored.stdout).toContain('still runs')
    expect(await system.world()).toBe(held)
  })

  it('a run of another user is seen by its toxics, and is not undone by `restore` unless it is named', async () => {
    const {child, done} = await breakThings(user)
    const stranger = newUser()
    const refused = await stranger.run(['run', writeScenario(user.home, 'second', faults)])
    expect(refused.code).toBe(4)
    expect(refused.stderr).toContain('of which this state directory knows nothing')
    const runId = runIdIn(refused.stderr)

    const at = ['restore', '--toxiproxy', system.api.url]
    const listed = await stranger.run(at)
    expect([listed.code, runIdIn(listed.stdout)]).toEqual([5, runId])
    expect((await system.api.proxies())['a']?.toxics).toHaveLength(1)

    // Dead for good, and its state directory lost with its watchdog.
    for (const pid of watchdogsOf(user)) process.kill(pid, 'SIGKILL')
    child.kill('SIGKILL')
    await done
    const removed = await stranger.run([...at, '--run', runId])
    expect([removed.code, removed.stdout]).toEqual([0, expect.stringContaining('undone: latency on a')])
    expect((await system.api.proxies())['a']?.toxics).toEqual([])
    expect((await user.run(['restore'])).code).toBe(0)
    expect(await system.world()).toBe(before)
  })
})

describe('after a run was killed', () => {
  it('`restore` and the next run tell what its watchdog did', async () => {
    const {child, done} = await breakThings(user)
    child.kill('SIGKILL')
    await done
    expect(await until(async () => (await system.world()) === before, 20_000)).toBe(true)
    expect(await until(() => journals(user).length === 0, 20_000)).toBe(true)
    const told = /run \S+ was killed; its watchdog undid .*latency on a \(f1\).*, done/
    expect((await user.run(['restore'])).stdout).toMatch(told)
    const next = await user.run(['run', writeScenario(user.home, 'next', faults.slice(0, 1), 500)])
    expect(next.stderr).toMatch(told)
  })

  it('a mistyped run id does not look like one that left nothing', async () => {
    const {code, stderr} = await user.run(['restore', '--run', '20260101-000000-none-0000'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('has left anything')])
  })

  it('a journal of a newer version is named, blocks runs, and nothing of it is lost', async () => {
    const other = newUser()
    mkdirSync(join(other.state, 'journal'), {recursive: true})
    const text = '{"entry":"opened","journalVersion":99,"runId":"r","owner":{"pid":1,"startTime":"0"}}\n'
    writeFileSync(join(other.state, 'journal', 'r.jsonl'), text)
    const restored = await other.run(['restore'])
    expect([restored.code, restored.stdout]).toEqual([5, expect.stringContaining('newer version')])
    const run = await other.run(['run', writeScenario(user.home, 'next', faults)])
    expect([run.code, run.stderr]).toEqual([4, expect.stringContaining('newer version')])
    expect(journals(other)).toEqual(['r.jsonl'])
  })
})

describe('a state directory that cannot be written', () => {
  it('stops a run before anything is changed', async () => {
    const other = newUser()
    writeFileSync(other.state, 'a file is in its place')
    const {code, stderr} = await other.run(['run', writeScenario(user.home, 'next', faults)])
    expect([code, stderr]).toEqual([4, expect.stringContaining('cannot be')])
    expect(await system.world()).toBe(before)
  })
})

describe('a disk that is full', () => {
  it('stops a run before anything is changed', async () => {
    // A limit on the size of files is what a full disk looks like. 1 block is 1 KiB.
    const scenario = writeScenario(user.home, 'next', faults)
    const {code, stderr} = await newUser().run(['run', scenario], {shell: 'ulimit -f 1'})
    expect([code, stderr]).toEqual([4, expect.stringMatching(/(journal|record) .* cannot be written/)])
    expect(await system.world()).toBe(before)
  })
})

describe('somebody else', () => {
  it('who changes a proxy during a run is told of in the end, and keeps what they did', async () => {
    const client = connectToxiproxy(system.api.url)
    const toxic = {
      name: 'new',
      type: 'latency',
      stream: 'upstream',
      toxicity: 1,
      attributes: {latency: 1},
    } as const
    const running = await breakThings(user)
    await client.addToxic('a', toxic)
    await client.removeToxic('c', 'somebody-elses')
    running.child.kill('SIGINT')
    const {stdout, stderr} = await running.done
    expect(stderr).toContain('proxy a has got toxic new (latency): somebody else changed it during the run')
    // Reports are wrapped at the width of a terminal.
    expect(stdout.replace(/\s+/g, ' ')).toContain('proxy c has lost toxic somebody-elses')
    expect(await client.proxy('a')).toMatchObject({toxics: [{name: 'new'}]})
    expect(await client.proxy('c')).toMatchObject({enabled: true, toxics: []})
    await client.removeToxic('a', 'new')
  })
})
