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
  const scenario = writeScenario(user.home, 'guarded', faults, 90_000, guards(2))
  const startedMs = performance.now()
  const {code, stdout} = await user.run(['run', scenario])
  expect(performance.now() - startedMs).toBeLessThan(60_000)
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
