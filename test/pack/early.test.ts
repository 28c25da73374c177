import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {readRecord} from '../../src/run/read-record.js'
import type {RunEvent, RunRecord} from '../../src/run/record.js'
import type {Verdict} from '../../src/verdict/verdict.js'
import {newUser} from '../e2e/cli.js'
import {startSystem} from '../soak/system.mjs'

const scenario = `name: delayed
target: target.yaml
load:
  profile: {constant: 40/s}
  requests: [{name: a, get: /, endpoint: a}]
phases: {warm-up: 1s, baseline: 20s, fault: 60s, recovery: 3s}
faults: [{latency: {edge: front->a, delay: 400ms}}]
objectives:
  - name: answered
    good: shakedown_load_requests_total{outcome="answered"}
    total: shakedown_load_requests_total
    target: 90%
    during: [baseline, fault]
  - {name: quick, latency: shakedown_load_request_duration_seconds, below: 300ms, target: 70%, during: [fault]}
`

interface Ran {
  /** Checks of validity that failed, with their sentences. */
  invalid: string[]
  objectives: {name: string; phase: string; outcome: string; early?: {eValue: number}}[]
  record: RunRecord
  /** The proxy's toxics and switches are what they were. */
  restored: boolean
  judgedAgain: unknown
}

/** A machine that has too much to do makes a generator late, and a run invalid: that is not what is tested here. */
const failed = ({validity}: Verdict): string[] =>
  validity
    .filter(({name, ok}) => !ok && name !== 'generator on time')
    .map(({name, message}) => `${name}: ${message}`)

/** Runs the scenario on a small system of its own. */
const run = async (flags: string[]): Promise<Ran> => {
  const user = newUser()
  const system = await startSystem('embedded', user.home)
  try {
    const before = await system.world()
    writeFileSync(join(user.home, 's.yaml'), scenario)
    const {stdout, stderr} = await user.run(['run', 's.yaml', '--json', '--quiet', ...flags])
    const [first] = JSON.parse(stdout || `{"runs": [{"outcome": ${JSON.stringify(stderr)}}]}`).runs
    const judged = await user.run(['judge', first.record, '--json'])
    return {
      invalid: failed(first.verdict),
      objectives: first.verdict.objectives,
      record: await readRecord(join(user.home, first.record)),
      restored: (await system.world()) === before,
      judgedAgain: JSON.parse(judged.stdout),
    }
  } finally {
    await system.stop()
  }
}

const timeOf = ({events}: RunRecord, name: RunEvent['event'], phase?: string): number =>
  events.find(
    (event) => event.event === name && (phase === undefined || ('phase' in event && event.phase === phase)),
  )?.atMs ?? Number.NaN

const lengthOf = (record: RunRecord, phase: string): number =>
  timeOf(record, 'phase-ended', phase) - timeOf(record, 'phase-started', phase)

const outcomes = ({objectives}: Ran): string[] =>
  objectives.map(({name, phase, outcome}) => `${name} in the ${phase} phase: ${outcome}`)

it('a run that may end early says the same as the whole one, sooner, and has undone its fault by then', async () => {
  const [whole, early] = await Promise.all([run([]), run(['--early'])])
  expect([whole.invalid, early.invalid]).toEqual([[], []])
  expect(outcomes(early)).toEqual(outcomes(whole))
  expect(outcomes(early)).toContain('quick in the fault phase: fail')

  expect(lengthOf(whole.record, 'fault')).toBeCloseTo(60_000, -2)
  expect(lengthOf(early.record, 'fault')).toBeLessThan(50_000)
  const [undone, ended] = [timeOf(early.record, 'fault-undone'), timeOf(early.record, 'phase-ended', 'fault')]
  expect(Math.abs(undone - ended)).toBeLessThan(8000)
  expect(timeOf(early.record, 'phase-started', 'recovery')).toBe(ended)
  expect([whole.restored, early.restored]).toEqual([true, true])

  const decided = early.objectives.filter(({phase}) => phase === 'fault')
  for (const {early: by} of decided) expect(by?.eValue).toBeGreaterThan(40)
  expect(whole.objectives.every(({early: by}) => by === undefined)).toBe(true)
  // Offline, from the record alone.
  expect(early.judgedAgain).toMatchObject({objectives: early.objectives})
}, 240_000)
