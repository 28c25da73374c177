import {expect, it} from 'vitest'
import type {Verdict} from '../../src/verdict/verdict.js'
import {newUser, shipped} from '../e2e/cli.js'
import {withEachK6} from './k6-rig.js'

/** What must be the same whichever engine sends: outcome by objective and phase. */
const judged = async (args: string[]): Promise<Record<string, string>> => {
  const run = ['run', shipped('payment-slow'), '--json', '--quiet', '--seed', '7', ...args]
  const {stdout, stderr} = await newUser().run(run)
  const result = JSON.parse(stdout)
  if (!result.runs) throw new Error(`${stdout}${stderr}`)
  const {outcome, objectives}: Verdict = result.runs[0].verdict
  return {
    run: outcome,
    ...Object.fromEntries(objectives.map(({name, phase, outcome}) => [`${name} (${phase})`, outcome])),
  }
}

let byPacer: Promise<Record<string, string>> | undefined

withEachK6(() => {
  it('comes to the same verdict on a shipped scenario as pacer does', async () => {
    byPacer ??= judged([])
    const expected = await byPacer
    expect(expected).toMatchObject({run: 'pass'})
    expect(await judged(['--engine', 'k6'])).toEqual(expected)
  })
})
