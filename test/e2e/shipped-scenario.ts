import {expect, it} from 'vitest'
import type {Target} from '../../src/scenarios/target.js'
import {broken, type Result, shipped, type User} from './cli.js'
import {decided} from './decided.js'

/** The one run of the command's JSON. */
export const runOf = ({stdout}: Result) => JSON.parse(stdout).runs[0]

/** Runs one scenario for its JSON, again where the machine spoiled it; `shell`: a line that bash runs first. */
export const decidedRun = (user: User, args: string[], options?: {shell?: string}): Promise<Result> =>
  decided(user, ['run', ...args, '--json', '--quiet', '--report', 'json'], options)

/** Each scenario passes as shipped, and fails, where it says, without the protections that it proves. */
export const itProvesItself = (
  name: string,
  user: User,
  target: () => Target,
  onPassed: (run: ReturnType<typeof runOf>) => void = () => {},
): void => {
  it('passes as shipped', async () => {
    const result = await decidedRun(user, [shipped(name)])
    const {outcome, verdict, record} = runOf(result)
    onPassed(runOf(result))
    expect(outcome, verdict.summary).toBe('pass')
    expect(result.code).toBe(0)
    expect(await broken(target())).toEqual([])
    expect(record).toContain(name)
  })

  it('fails with its protections switched off, and in the objectives it names', async () => {
    const result = await decidedRun(user, [shipped(name), '--counterfactual'])
    const {verdict} = runOf(result)
    expect(verdict.outcome, verdict.summary).toBe('fail')
    expect(verdict.counterfactual.shown).toBe(true)
    expect(verdict.counterfactual.failed).toEqual(expect.arrayContaining(verdict.counterfactual.mustFail))
    expect(result.code).toBe(1)
    expect(await broken(target())).toEqual([])
  })
}
