import {execFileSync} from 'node:child_process'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Target} from '../../src/scenarios/target.js'
import {until} from '../soak/processes.mjs'
import {broken, journals, newUser, shipped, up} from './cli.js'

/** A busy machine may take its time to start a command. */
const patienceMs = 60_000
const user = newUser()
let target: Target

beforeAll(async () => {
  target = await up(user)
})

afterAll(async () => {
  await user.run(['down'])
})

describe('Ctrl-C at any moment', () => {
  const journalOpen = (): Promise<boolean> => until(() => journals(user).length > 0, patienceMs)
  const faultInForce = (): Promise<boolean> =>
    until(async () => (await broken(target)).length > 0, patienceMs)

  // payment-slow breaks its edge 9 s after its load began, which is soon after its journal was opened.
  it.each([
    ['before anything is loaded', 'SIGINT', undefined, 100],
    ['while it starts', 'SIGINT', undefined, 900],
    ['in the warm-up', 'SIGTERM', journalOpen, 1_500],
    ['as the fault is injected', 'SIGINT', journalOpen, 8_950],
    ['with the fault in force', 'SIGTERM', faultInForce, 2_000],
  ] as const)('%s: everything is undone', async (_, signal, moment, afterMs) => {
    const {child, done} = user.start(['run', shipped('payment-slow')])
    if (moment) expect(await moment()).toBe(true)
    await sleep(afterMs)
    child.kill(signal)
    const {code} = await done
    // Before Node has loaded us, a signal ends the process by itself: there is nothing to undo yet.
    expect(moment ? [130] : [130, null]).toContain(code)
    expect(await broken(target)).toEqual([])
    expect(journals(user)).toEqual([])
  })

  it('puts protection switches back', async () => {
    const breaker = async (): Promise<boolean> =>
      JSON.parse((await user.run(['status', '--json'])).stdout).switches['order.breaker']
    const {child, done} = user.start(['run', shipped('payment-slow'), '--counterfactual'])
    expect(await until(async () => !(await breaker()), patienceMs)).toBe(true)
    child.kill('SIGINT')
    expect((await done).code).toBe(130)
    expect(await breaker()).toBe(true)
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
    const left = (): string[] =>
      execFileSync('ps', ['-eo', 'args='], {encoding: 'utf8'})
        .split('\n')
        .filter((line) => line.includes(other.state))
    await expect.poll(left).toEqual([])
  })
})
