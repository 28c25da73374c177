import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {setTimeout as delay} from 'node:timers/promises'
import {afterEach, describe, expect, it} from 'vitest'
import {CpuThrottle, combinedTake} from '../../src/supervisor/cpu-throttle.js'
import {readUsage, stoppedNow} from '../../src/supervisor/process-usage.js'

describe('what several take of one CPU', () => {
  it.each([
    [[], 0],
    [[0.8], 0.8],
    [[0.5, 0.5], 0.75],
    [[0.5, 0], 0.5],
    [[0.5, 0.6], 0.8],
  ])('%j is %f together', (takes, together) => {
    expect(combinedTake(takes)).toBeCloseTo(together, 10)
  })
})

describe('a throttle', () => {
  const children: ReturnType<typeof spawn>[] = []
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })

  const busyProcess = async () => {
    const child = spawn(process.execPath, ['-e', 'console.log(1); for (;;) {}'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    await once(child.stdout, 'data')
    const pid = child.pid ?? 0
    let exited = false
    child.once('exit', () => {
      exited = true
    })
    const signals: string[] = []
    const throttle = new CpuThrottle({
      signal: (signal) => {
        signals.push(signal)
        return child.kill(signal)
      },
      isRunning: () => !exited,
      isStopped: () => stoppedNow(pid),
    })
    return {child, pid, signals, throttle}
  }

  const cpuMs = async (pid: number): Promise<number> => (await readUsage(pid))?.cpuMs ?? 0

  it.each([0.2, 0.5, 0.9])('leaves a busy process the rest when it takes %f', async (take) => {
    const {pid, throttle} = await busyProcess()
    throttle.setTake(take)
    const measure = async (): Promise<{stopped: number; used: number}> => {
      const [stoppedFrom, cpuFrom, from] = [throttle.stoppedMs, await cpuMs(pid), performance.now()]
      await delay(2_000)
      const tookMs = performance.now() - from
      const stopped = (throttle.stoppedMs - stoppedFrom) / tookMs
      return {stopped, used: ((await cpuMs(pid)) - cpuFrom) / tookMs}
    }
    const isOff = ({stopped, used}: {stopped: number; used: number}): boolean =>
      Math.abs(stopped - take) > 0.12 || used > 1 - take + 0.15
    let seen = await measure()
    // Signals come late where the cores are taken: such a moment is measured again, three in a row are no moment.
    for (let tries = 1; tries < 3 && isOff(seen); tries++) seen = await measure()
    expect(seen.stopped).toBeGreaterThan(take - 0.12)
    expect(seen.stopped).toBeLessThan(take + 0.12)
    // Other processes may take some of the rest, but nobody can give back what was taken.
    expect(seen.used).toBeLessThan(1 - take + 0.15)
    throttle.setTake(0)
  })

  it('lets the process run at once when it ends, wherever in its period it is', async () => {
    const {pid, throttle} = await busyProcess()
    for (const waitMs of [15, 40, 65, 90]) {
      throttle.setTake(0.99)
      await delay(waitMs)
      throttle.setTake(0)
      const stoppedMs = throttle.stoppedMs
      await delay(150)
      expect(stoppedNow(pid)).toBe(false)
      expect(throttle.stoppedMs).toBe(stoppedMs)
    }
  })

  it('does not let a process run on that somebody else froze', async () => {
    const {child, pid, throttle} = await busyProcess()
    throttle.setTake(0.5)
    await delay(130)
    throttle.setFrozen(true)
    child.kill('SIGSTOP')
    await delay(50)
    const stoppedMs = throttle.stoppedMs
    for (let look = 0; look < 10; look++) {
      await delay(30)
      expect(stoppedNow(pid)).toBe(true)
    }
    // That was not the throttle's doing.
    expect(throttle.stoppedMs).toBeLessThan(stoppedMs + 100)
    throttle.setTake(0)
    expect(stoppedNow(pid)).toBe(true)
  })

  it.each([false, true])('ends with its process (frozen: %s)', async (frozen) => {
    const {child, signals, throttle} = await busyProcess()
    throttle.setTake(0.5)
    throttle.setFrozen(frozen)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await delay(250)
    throttle.setFrozen(false)
    const sent = signals.length
    await delay(300)
    expect(signals).toHaveLength(sent)
  })
})
