import {execFileSync} from 'node:child_process'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Target} from '../../src/scenarios/target.js'
import {broken, journals, newUser, shipped, up} from './cli.js'

const user = newUser()
let target: Target

beforeAll(async () => {
  target = await up(user)
})

afterAll(async () => {
  await user.run(['down'])
})

describe('Ctrl-C at any moment', () => {
  // payment-slow breaks its edge between 9 s and 29 s; it takes about 1 s to begin.
  it.each([
    ['before anything is loaded', 'SIGINT', 100],
    ['while it starts', 'SIGINT', 900],
    ['in the warm-up', 'SIGTERM', 3_000],
    ['as the fault is injected', 'SIGINT', 10_300],
    ['with the fault in force', 'SIGTERM', 13_000],
  ] as const)('%s: everything is undone', async (_, signal, afterMs) => {
    const {child, done} = user.start(['run', shipped('payment-slow')])
    await sleep(afterMs)
    child.kill(signal)
    const {code} = await done
    // Before Node has loaded us, a signal ends the process by itself: there is nothing to undo yet.
    expect([130, null]).toContain(code)
    if (afterMs > 1_000) expect(code).toBe(130)
    expect(await broken(target)).toEqual([])
    expect(journals(user)).toEqual([])
  })

  it('puts protection switches back', async () => {
    const {child, done} = user.start(['run', shipped('payment-slow'), '--counterfactual'])
    await sleep(5_000)
    const off = JSON.parse((await user.run(['status', '--json'])).stdout).switches['order.breaker']
    child.kill('SIGINT')
    expect((await done).code).toBe(130)
    const on = JSON.parse((await user.run(['status', '--json'])).stdout).switches['order.breaker']
    expect([off, on]).toEqual([false, true])
  })
})

describe('a full disk', () => {
  it('ends the run as an error with everything undone', async () => {
    // A limit on file size is what a full disk looks like to the record. 8 blocks are 8 KiB.
    const {code, stderr} = await user.run(['run', shipped('payment-slow')], {shell: 'ulimit -f 8'})
    expect(stderr).toMatch(/record .* cannot be written/)
    expect(code).toBe(4)
    expect(await broken(target)).toEqual([])
    expect(journals(user)).toEqual([])
  })
})

describe('a run that brings its own deployment', () => {
  it('leaves no process behind when it is interrupted', async () => {
    const other = newUser()
    const {child, done} = other.start(['run', shipped('payment-slow')])
    await sleep(8_000)
    child.kill('SIGINT')
    expect((await done).code).toBe(130)
    const left = execFileSync('ps', ['-eo', 'args='], {encoding: 'utf8'})
    expect(left.split('\n').filter((line) => line.includes(other.state))).toEqual([])
  })
})
