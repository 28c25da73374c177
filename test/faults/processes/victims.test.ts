import {describe, expect, it} from 'vitest'
import {forAll, isSame, type Victims} from '../../../src/faults/processes/victims.js'
import type {Replica} from '../../../src/targets/workloads.js'

const replica = (pid: number, startedAt: number): Replica => ({
  workload: 'web',
  name: 'web-1',
  pid,
  state: 'ready',
  restarts: 0,
  url: 'http://127.0.0.1:1',
  startedAt,
})

describe('a victim', () => {
  const noted: Victims = {pids: {'web-1': 42}, started: {'web-1': 1000}}

  it.each([
    [replica(42, 1000), true],
    [replica(43, 2000), false],
    // The pid was used again.
    [replica(42, 2000), false],
    [replica(0, 1000), false],
  ])('%j is the process that was noted: %s', (now, same) => {
    expect(isSame(now, noted)).toBe(same)
  })

  it('that was not running is nobody', () => {
    expect(isSame(replica(0, 0), {pids: {'web-1': 0}, started: {'web-1': 0}})).toBe(false)
  })

  it('of a journal without start times is told by its pid', () => {
    const {pids} = JSON.parse('{"pids": {"web-1": 42}}') as Victims
    expect(isSame(replica(42, 7), {pids} as Victims)).toBe(true)
  })
})

describe('what is done to all victims', () => {
  it('is tried on all of them, and then fails with the first failure', async () => {
    const tried: string[] = []
    const all = forAll(['a', 'b', 'c'], async (name) => {
      tried.push(name)
      if (name !== 'c') throw new Error(`${name} failed`)
    })
    await expect(all).rejects.toThrow('a failed')
    expect(tried).toEqual(['a', 'b', 'c'])
  })
})
