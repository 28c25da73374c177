import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {writeScenario} from '../soak/scenarios.mjs'
import {type SmallSystem, startSystem} from '../soak/system.mjs'
import {journals, newUser} from './cli.js'

const user = newUser()
let system: SmallSystem

beforeAll(async () => {
  system = await startSystem('embedded', user.home)
})

afterAll(async () => {
  await system.stop()
})

const faults = ['latency: {edge: front->a, delay: 50ms}', 'freeze: {workload: shop, replica: shop-2, at: 1s}']

const guards = (below: number): string => `guards:
  - {name: all replicas answer, stop-when: 'sum(up{job="shop"})', below: ${below}, for: 1s}
`

it('stops the run long before its end, undoes everything, and fails it', async () => {
  const before = await system.world()
  const scenario = writeScenario(user.home, 'guarded', faults, 120_000, guards(2))
  const startedMs = performance.now()
  const {code, stdout} = await user.run(['run', scenario])
  expect(performance.now() - startedMs).toBeLessThan(100_000)
  expect(stdout).toContain('all replicas answer')
  expect(code).toBe(1)
  expect(await system.world()).toBe(before)
  expect(journals(user)).toEqual([])
})

it('lets a run within its limit come to its end', async () => {
  const scenario = writeScenario(user.home, 'within', faults, 4_000, guards(1))
  const {stdout} = await user.run(['run', scenario, '--json', '--quiet'])
  const {verdict} = JSON.parse(stdout).runs[0]
  expect(JSON.stringify(verdict)).not.toContain('stopped by guard')
})

const freeze = ['freeze: {workload: shop, replica: shop-1}']
const outside = `guards:
  - {name: bystanders, outside-blast-radius: stays-up}
`

it('stops the run when a replica at which no fault aims is killed', async () => {
  const scenario = writeScenario(user.home, 'bystander', freeze, 120_000, outside)
  const startedMs = performance.now()
  const {done} = user.start(['run', scenario])
  const stateOf = (name: string) => system.control.replicas().find((replica) => replica.name === name)
  await expect.poll(() => stateOf('shop-1')?.state, {timeout: 60_000}).toBe('not-ready')
  process.kill(stateOf('shop-2')?.pid ?? 0, 'SIGKILL')
  const {code, stdout} = await done
  expect(performance.now() - startedMs).toBeLessThan(100_000)
  expect(stdout).toMatch(/guard "bystanders" tripped: shop-2,\s+at which no fault aims/)
  expect(code).toBe(1)
  await expect.poll(() => stateOf('shop-1')?.state).toBe('ready')
  expect(journals(user)).toEqual([])
})

it('refuses to watch replicas that nobody tells of', async () => {
  const target = JSON.parse(readFileSync(system.targetPath, 'utf8'))
  writeFileSync(join(user.home, 'blind.json'), JSON.stringify({...target, control: undefined, workloads: {}}))
  const scenario = writeScenario(
    user.home,
    'blind',
    ['latency: {edge: front->a, delay: 50ms}'],
    2_000,
    outside,
  )
  const {code, stderr} = await user.run(['run', scenario, '--target', join(user.home, 'blind.json')])
  expect(stderr).toContain('has neither a control API nor a cluster that tells of them')
  expect(code).toBe(2)
})
