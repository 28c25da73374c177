import {readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Target} from '../../src/scenarios/target.js'
import type {RunSummary} from '../../src/verdict/summary.js'
import type {Verdict} from '../../src/verdict/verdict.js'
import {broken, newUser, shipped, up} from '../e2e/cli.js'
import {decidedRun, runOf} from '../e2e/shipped-scenario.js'

const user = newUser()
let target: Target

beforeAll(async () => {
  target = await up(user)
})

afterAll(async () => {
  await user.run(['down'])
})

/** What a run came to, and what became of the system. */
const storm = async (args: string[] = []) => {
  const {verdict, record}: {verdict: Verdict; record: string} = runOf(
    await decidedRun(user, [shipped('retry-storm'), ...args]),
  )
  const {summary}: {summary: RunSummary} = JSON.parse(
    readFileSync(join(user.home, dirname(record), 'report.json'), 'utf8'),
  )
  const {aftermath} = summary.effects
  process.stderr.write(`retry-storm ${args.join(' ')}: ${verdict.outcome}, ${aftermath?.message}\n`)
  expect(await broken(target)).toEqual([])
  return {verdict, summary, aftermath}
}

/** Once each, for it takes its time; RETRY_STORMS=3 shows that it was no accident. */
const times = Number(process.env['RETRY_STORMS'] ?? 1)

/** Real queues in real processes, and neither of them told how it ends. */
describe.each(Array.from({length: times}, (_, at) => at + 1))('a short slowness, time %i', () => {
  it('is over when it is over with a retry budget', async () => {
    const {verdict, summary, aftermath} = await storm()
    expect(verdict.outcome, verdict.summary).toBe('pass')
    expect(aftermath).toMatchObject({state: 'recovered', confirmed: true, amplified: []})
    // There was nothing to find out.
    expect(summary.timeline.filter(({kind}) => kind === 'phase').map(({text}) => text)).not.toContain(
      'dip begins',
    )
  })

  it('is metastable without: it stays when its cause has gone, until the load drops', async () => {
    const {verdict, aftermath} = await storm(['--counterfactual'])
    expect(verdict.outcome, verdict.summary).toBe('fail')
    expect(verdict.counterfactual?.shown).toBe(true)
    expect(aftermath?.message).toMatch(/^metastable: /)
    expect(aftermath).toMatchObject({state: 'metastable', confirmed: true})
    expect(aftermath?.amplified.map(({edge}) => edge)).toContain('gateway->catalog')
    expect(aftermath?.bad.held?.share).toBeGreaterThan(0.9)
    expect(aftermath?.bad.restored?.share).toBeLessThan(0.2)
    expect(verdict.advice.join(' ')).toContain('gateway->catalog')
  })
})
