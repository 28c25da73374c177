import {type ChildProcess, spawn} from 'node:child_process'
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {afterAll, afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {
  exited,
  findProcess,
  finish,
  launch,
  proxiesProgram,
  removeFolders,
  targetOf,
  temporaryFolder,
  until,
} from './launch.js'

// Each deployment is eighteen processes, and the machine may be busy with others.
vi.setConfig({testTimeout: 120_000, hookTimeout: 120_000})

afterAll(removeFolders)

const deploymentsIn = (temp: string): string[] =>
  readdirSync(temp).filter((name) => name.startsWith('shakedown-reference-'))

describe('a start that fails', () => {
  it('names a service that keeps ending, with its last words, and leaves nothing', async () => {
    const temp = await temporaryFolder()
    const broken = join(temp, 'broken.mjs')
    writeFileSync(broken, `console.error('no flour for ' + process.argv[2]); process.exit(1)`)
    const {supervisor, answer} = await launch({serviceEntry: broken}, temp)
    await exited(supervisor)
    expect(supervisor.exitCode).toBe(4)
    expect(answer).toMatchObject({
      error: {
        message: expect.stringMatching(
          /^[a-z]+-\d of the reference deployment ended \d times; nor are .*psp-1/,
        ),
        hint: expect.stringMatching(/no flour for [a-z]+-\d/),
      },
    })
    expect(deploymentsIn(temp)).toEqual([])
  })

  it('says that services are not built, that a port is taken, that a Toxiproxy is not there', async () => {
    const listening = createServer()
    const port = await new Promise<number>((resolve) =>
      listening.listen(0, '127.0.0.1', () => resolve(Number(Object(listening.address()).port))),
    )
    const cases = [
      [{serviceEntry: '/nowhere/main.js'}, 'The services are not built'],
      [{ports: {'edge-1': port}}, `Port ${port} of edge-1 is in use`],
      [{toxiproxy: {url: 'http://127.0.0.1:1'}}, 'Toxiproxy does not answer at http://127.0.0.1:1'],
    ] as const
    for (const [options, message] of cases) {
      const {supervisor, answer, temp} = await launch(options)
      await exited(supervisor)
      expect(answer).toEqual({error: {message: expect.stringContaining(message), hint: expect.any(String)}})
      expect(deploymentsIn(temp)).toEqual([])
    }
    listening.close()
  })
})

describe('a deployment that is up on its own', () => {
  it('is the only one, outlives its starter, and ends on request', async () => {
    const first = await launch({owned: false})
    first.supervisor.stdin?.end()
    const upFile = join(first.stateDir, 'reference.json')
    expect(JSON.parse(readFileSync(upFile, 'utf8'))).toMatchObject({
      supervisor: {pid: first.supervisor.pid},
      controlUrl: targetOf(first).control?.url,
    })
    const second = await launch({owned: false}, first.temp)
    await exited(second.supervisor)
    expect(second.answer).toMatchObject({
      error: {message: `The reference deployment is already up (process ${first.supervisor.pid})`},
    })
    const answer = await fetch(`${targetOf(first).control?.url}/stop`, {method: 'POST'})
    expect(answer.status).toBe(202)
    await exited(first.supervisor)
    expect(existsSync(upFile)).toBe(false)
    expect(deploymentsIn(first.temp)).toEqual([])
  })
})

describe('with a Toxiproxy that is not ours', () => {
  let toxiproxy: ChildProcess
  let url: string
  beforeEach(async () => {
    const started = spawn(process.execPath, [proxiesProgram, '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    toxiproxy = started
    for await (const line of createInterface({input: started.stdout})) {
      url = JSON.parse(line).url
      break
    }
  })
  afterEach(async () => {
    toxiproxy.kill()
    await exited(toxiproxy)
  })

  const names = async (): Promise<string[]> =>
    Object.keys(Object(JSON.parse(await (await fetch(`${url}/proxies`)).text())))
  const populate = (name: string) =>
    fetch(`${url}/populate`, {
      method: 'POST',
      body: JSON.stringify([{name, listen: '127.0.0.1:0', upstream: '127.0.0.1:1'}]),
    })

  it('creates its proxies there and deletes exactly those', async () => {
    await populate('somebody-elses')
    const launched = await launch({toxiproxy: {url}})
    expect(targetOf(launched).toxiproxy).toEqual({url})
    expect(await names()).toHaveLength(15)
    await finish(launched)
    expect(await names()).toEqual(['somebody-elses'])
  })

  it('gives them back when the supervisor is killed, or at the next start when the guardian is too', async () => {
    const first = await launch({toxiproxy: {url}})
    first.supervisor.kill('SIGKILL')
    await until('proxies gone', async () => (await names()).length === 0)

    const second = await launch({toxiproxy: {url}}, first.temp)
    process.kill((await findProcess(second, 'guardian')).pid, 'SIGKILL')
    second.supervisor.kill('SIGKILL')
    await exited(second.supervisor)
    expect(await names()).toHaveLength(14)
    const third = await launch({toxiproxy: {url}}, first.temp)
    targetOf(third)
    await finish(third)
    expect(await names()).toEqual([])
  })

  it('refuses when a proxy of the same name is somebody else’s', async () => {
    await populate('order-to-payment')
    const {supervisor, answer} = await launch({toxiproxy: {url}})
    await exited(supervisor)
    expect(answer).toMatchObject({
      error: {message: `Toxiproxy at ${url} already has order-to-payment`},
    })
    expect(await names()).toEqual(['order-to-payment'])
  })
})
