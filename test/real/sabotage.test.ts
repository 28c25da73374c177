import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {startSkewedGateway} from '../fakes/skewed-gateway.js'
import {findTool} from './components.js'
import {type Group, groups, type Sabotage} from './sabotage-groups.js'
import {loadSabotages} from './sabotage-rows.js'
import {begin, type Came, cameOut, mend, openStage, type Stage, until} from './sabotage-stage.js'
import {worldSabotages} from './sabotage-world-rows.js'

const tools = {prometheus: await findTool('prometheus-3.5'), k6: await findTool('k6-2.1')}
const binaryOf = (name: keyof typeof tools): string | undefined => {
  const tool = tools[name]
  return 'binary' in tool ? tool.binary : undefined
}

let stage: Stage
const k6Before = process.env['K6_PATH']

beforeAll(async () => {
  const k6 = binaryOf('k6')
  if (k6 !== undefined) process.env['K6_PATH'] = k6
  stage = await openStage(binaryOf('prometheus'))
})

afterEach(async () => {
  await mend(stage)
})

afterAll(async () => {
  await stage.close()
  if (k6Before === undefined) delete process.env['K6_PATH']
  else process.env['K6_PATH'] = k6Before
})

const runWith = async (group: Group, sabotage?: Sabotage): Promise<Came> => {
  await group.before?.(stage)
  await sabotage?.before?.(stage)
  const change = sabotage?.target ?? group.target
  const args = sabotage?.args ?? group.args
  const running = begin(
    stage,
    {...group.parts, ...sabotage?.parts},
    {...(change && {change}), args: args?.(stage) ?? []},
  )
  await sabotage?.during?.(stage, running)
  return cameOut(await running.done)
}

/** Prints a row of the table: what was done, the outcome, and the reason that says it. */
const note = (what: string, {outcome, reasons}: Came, because = /./): void => {
  const reason = reasons.find((one) => because.test(one)) ?? reasons[0] ?? ''
  const words = reason.replaceAll('\n', ' ').slice(0, 200)
  process.stdout.write(`${what.padEnd(44)} ${outcome.padEnd(13)} ${words}\n`)
}

/** Undecided, whoever reads it: neither a green tick nor a red cross. */
const expectUndecided = (came: Came, because: RegExp): void => {
  expect(came.reasons.join('\n')).toMatch(because)
  expect(['invalid', 'inconclusive']).toContain(came.outcome)
  expect(came.code).toBe(3)
}

const missing = ({needs}: Group): boolean => needs !== undefined && binaryOf(needs) === undefined

describe('a run that nobody sabotages', () => {
  for (const group of groups) {
    // A busy machine may make the generator late, which is no pass either: three tries show that it can.
    it.skipIf(missing(group))(`passes: ${group.name}`, {retry: 2}, async () => {
      const came = await runWith(group)
      expect(came).toMatchObject({outcome: 'pass', code: 0})
      note(`(nothing) ${group.name}`, came)
    })
  }
})

describe('a sabotaged run neither passes nor fails', () => {
  for (const sabotage of [...worldSabotages, ...loadSabotages]) {
    it.skipIf(missing(sabotage.group))(sabotage.what, async () => {
      const came = await runWith(sabotage.group, sabotage)
      note(sabotage.what, came, sabotage.because)
      expectUndecided(came, sabotage.because)
    })
  }

  it('killed, and judged by what it left', async () => {
    const {child, done} = begin(stage)
    const before = stage.front.answered()
    await until(() => stage.front.answered() > before + 100)
    child.kill('SIGKILL')
    await done
    const folder = join(stage.user.home, '.shakedown/runs')
    const newest = readdirSync(folder).sort().at(-1) ?? ''
    const came = cameOut(await stage.user.run(['judge', join(folder, newest), '--json']))
    note('killed with -9, then judged', came, /record complete/)
    expectUndecided(came, /record complete: the record has no end/)
  })

  it.skipIf(binaryOf('prometheus') === undefined)('a Prometheus whose clock is 30 s ahead', async () => {
    const gateway = await startSkewedGateway(stage.prometheus?.url ?? '', 30)
    try {
      const came = cameOut(await begin(stage, {}, {args: ['--prometheus', gateway.url]}).done)
      note('a Prometheus whose clock is 30 s ahead', came, /clocks agree/)
      expectUndecided(came, /clocks agree: .* 30.* ahead/)
    } finally {
      await gateway.close()
    }
  })
})
