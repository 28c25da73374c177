import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {parseCpuTime, readPs, readUsage, stoppedNow} from '../../src/supervisor/process-usage.js'
import {until} from '../launch.js'

describe('the CPU time that ps prints', () => {
  it.each([
    ['00:00:00', 0],
    ['0:01.23', 1230],
    ['00:02:05', 125_000],
    ['12:34:56', 45_296_000],
    ['1-00:00:01', 86_401_000],
  ])('%s is %i ms', (text, ms) => {
    expect(parseCpuTime(text)).toBe(ms)
  })
})

describe('what the kernel says of a process', () => {
  // Busy, and holds 100 MB of touched memory.
  const busy = 'const a = Buffer.alloc(100e6, 1); console.log(a.length); for (;;) {}'
  const child = spawn(process.execPath, ['-e', busy], {stdio: ['ignore', 'pipe', 'inherit']})
  const pid = child.pid ?? 0
  beforeAll(() => once(child.stdout, 'data'))
  afterAll(() => child.kill('SIGKILL'))

  it.each([
    ['/proc or ps', readUsage],
    ['ps', readPs],
  ])('is read from %s: CPU time, memory, and whether it is stopped', async (_, read) => {
    const first = await read(pid)
    expect(first?.stopped).toBe(false)
    expect(first?.rssBytes).toBeGreaterThan(100e6)
    expect(first?.rssBytes).toBeLessThan(400e6)
    // ps of Linux knows whole seconds only.
    await until('CPU used', async () => ((await read(pid))?.cpuMs ?? 0) >= (first?.cpuMs ?? 0) + 300)
    child.kill('SIGSTOP')
    await until('stopped', async () => (await read(pid))?.stopped === true)
    child.kill('SIGCONT')
    await until('running', async () => (await read(pid))?.stopped === false)
  })

  it('is nothing for a process that is not there', async () => {
    expect(await readUsage(0)).toBeUndefined()
    // Beyond the largest pid of Linux and macOS.
    expect(await readUsage(99_999_999)).toBeUndefined()
    expect(stoppedNow(99_999_999)).toBeUndefined()
  })
})
