import {setTimeout as delay} from 'node:timers/promises'
import {expect, it} from 'vitest'
import {threadCpuMeter} from '../../../src/engines/pacer/thread-cpu.js'

it('tells a busy thread from an idle one', async () => {
  const cpuShare = threadCpuMeter()
  const until = performance.now() + 200
  while (performance.now() < until);
  const busy = cpuShare()
  await delay(300)
  const idle = cpuShare()
  expect(cpuShare()).toBe(idle)
  // Other processes may hold the cores: a busy thread gets less than all of one, an idle one still next to nothing.
  expect(busy).toBeGreaterThan(0.1)
  expect(busy).toBeLessThan(1.1)
  expect(idle).toBeLessThan(busy / 2)
})
