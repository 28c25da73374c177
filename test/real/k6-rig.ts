import {chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe} from 'vitest'
import type {Plan} from '../../src/plan/plan.js'
import {constantRate, planOf} from '../fakes/engine-plan.js'
import {findTool} from './components.js'

/** Runs a suite against each major of the real k6; loudly skipped where one cannot be built. */
export const withEachK6 = (suite: (path: string) => void): void => {
  describe.each(['k6-2.1', 'k6-1.8'])('%s', async (name) => {
    const tool = await findTool(name)
    const missing = 'missing' in tool
    describe.skipIf(missing)(missing ? tool.missing : 'is there:', () => {
      // Temporary files in a folder of their own, so that what is left behind can be seen.
      const own: {K6_PATH?: string; TMPDIR?: string} = missing
        ? {}
        : {K6_PATH: tool.binary, TMPDIR: mkdtempSync(join(tmpdir(), 'shakedown-real-k6-'))}
      const before = Object.fromEntries(Object.keys(own).map((name) => [name, process.env[name]]))
      beforeAll(() => {
        // The stores of the reference deployment run as nobody, and must get there.
        if (own.TMPDIR !== undefined) chmodSync(own.TMPDIR, 0o755)
        Object.assign(process.env, own)
      })
      afterAll(() => {
        for (const [name, value] of Object.entries(before)) {
          if (value === undefined) delete process.env[name]
          else process.env[name] = value
        }
      })
      suite(missing ? '' : tool.binary)
    })
  })
}

/** A file with that script, in a folder of its own. */
export const scriptFile = (text: string, name = 'script.js'): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'shakedown-script-')), name)
  writeFileSync(path, text)
  return path
}

/** A plan that runs a script at so many iterations per second. */
export const scriptPlan = (
  path: string,
  {
    perSecond = 20,
    durationMs = 1000,
    timeoutMs = 2000,
    env = {},
  }: {perSecond?: number; durationMs?: number; timeoutMs?: number; env?: Record<string, string>} = {},
): Plan => {
  const plan = planOf({endpoints: {}, requests: [], rates: constantRate(perSecond, durationMs), timeoutMs})
  const {scenario} = plan
  const streams = scenario.load.streams.map((stream) => ({...stream, requests: []}))
  const load = {...scenario.load, streams, script: {path, sha256: '', env}, engine: 'k6'}
  return {...plan, scenario: {...scenario, load}}
}

const statOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return ''
  }
}

/** Pids of the k6 processes that a process started, itself by default; one that has ended but stands in the table is none. */
export const runningK6 = (parent = process.pid): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const [, name, state, ppid] = /^\d+ \((.*)\) (\S) (\d+)/.exec(statOf(pid)) ?? []
      return name === 'k6' && state !== 'Z' && Number(ppid) === parent
    })
    .map(Number)

/** The state letter of a process (proc(5)); `gone` when there is none. */
export const stateOf = (pid: number): string => /^\d+ \(.*\) (\S)/.exec(statOf(String(pid)))?.[1] ?? 'gone'
