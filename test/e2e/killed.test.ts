import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Target} from '../../src/scenarios/target.js'
import {broken, journals, newUser, type User, up, watchdogsOf} from './cli.js'

const user = newUser()
let target: Target
let scenario: string

/** Breaks three things at once, soon, and for long. */
const threeFaults = `name: three-faults
summary: Three faults in force at once.
target: reference
load:
  profile: {constant: 10/s}
  requests: [{name: browse, get: /products}]
phases: {warm-up: 0s, baseline: 1s, fault: 180s, recovery: 1s}
switches: {order.retry: off}
faults:
  - latency: {edge: order->payment, delay: 2s}
  - down: {edge: gateway->catalog}
  - freeze: {workload: order}
objectives:
  - name: up
    good: http_requests_total{job="edge", code!~"5.."}
    total: http_requests_total{job="edge"}
    target: 1%
`

const status = async (of: User) => JSON.parse((await of.run(['status', '--json'])).stdout)

/** What is not as it was: proxies, replicas, switches, journals. */
const damage = async (): Promise<string[]> => {
  const {replicas, switches} = await status(user)
  return [
    ...(await broken(target)),
    ...replicas
      .filter(({state}: {state: string}) => state !== 'ready')
      .map(({name, state}: {name: string; state: string}) => `${name} is ${state}`),
    ...(switches['order.retry'] === true ? [] : ['order.retry is off']),
    ...journals(user),
  ]
}

beforeAll(async () => {
  target = await up(user)
  scenario = join(user.home, 'three-faults.yaml')
  writeFileSync(scenario, threeFaults)
})

afterAll(async () => {
  await user.run(['down'])
})

describe('kill -9 of the CLI', () => {
  it.each([
    ['of the process alone', false],
    ['of its whole group', true],
  ])('%s: a watchdog undoes everything within seconds', async (_, group) => {
    const {child, done} = user.start(['run', scenario, '--quiet'], {group})
    await expect.poll(async () => (await damage()).length, {timeout: 60_000}).toBeGreaterThanOrEqual(5)
    process.kill(group ? -(child.pid ?? 0) : (child.pid ?? 0), 'SIGKILL')
    await done
    await expect.poll(damage, {interval: 250}).toEqual([])
  })

  it('leaves a journal that restore lists and plays when the watchdog is killed too', async () => {
    const {child, done} = user.start(['run', scenario, '--quiet'])
    await expect.poll(async () => (await damage()).length, {timeout: 60_000}).toBeGreaterThanOrEqual(5)
    for (const pid of watchdogsOf(user)) process.kill(pid, 'SIGKILL')
    child.kill('SIGKILL')
    await done
    await sleep(500)
    const listed = await user.run(['restore', '--dry-run'])
    expect(listed.stdout.match(/three-faults-\w+ left \w+/g)).toHaveLength(4)
    expect(await damage()).not.toEqual([])
    expect((await user.run(['restore'])).code).toBe(0)
    await expect.poll(damage, {interval: 250}).toEqual([])
    expect((await user.run(['restore'])).stdout).toContain('Nothing is left')
  })
})
