import {afterAll, afterEach, beforeAll, expect, it} from 'vitest'
import {findTool} from './components.js'
import type {Group, Sabotage} from './sabotage-groups.js'
import {begin, type Came, cameOut, mend, openStage, type Stage} from './sabotage-stage.js'

const tools = {prometheus: await findTool('prometheus-3.5'), k6: await findTool('k6-2.1')}

/** Where a tool was installed; none where it cannot be. */
export const binaryOf = (name: keyof typeof tools): string | undefined => {
  const tool = tools[name]
  return 'binary' in tool ? tool.binary : undefined
}

/** Whether a group needs what cannot be installed here. */
export const missing = ({needs}: Group): boolean => needs !== undefined && binaryOf(needs) === undefined

/** Sets up a stage for the tests of a file, and mends it after each. */
export const withStage = (): (() => Stage) => {
  let stage: Stage | undefined
  const k6Before = process.env['K6_PATH']
  const opened = (): Stage => {
    if (!stage) throw new Error('the stage is not open')
    return stage
  }

  beforeAll(async () => {
    const k6 = binaryOf('k6')
    if (k6 !== undefined) process.env['K6_PATH'] = k6
    stage = await openStage(binaryOf('prometheus'))
  })

  afterEach(async () => {
    await mend(opened())
  })

  afterAll(async () => {
    await stage?.close()
    if (k6Before === undefined) delete process.env['K6_PATH']
    else process.env['K6_PATH'] = k6Before
  })
  return opened
}

/** Runs a group's scenario, with what the sabotage does before and meanwhile. */
export const runWith = async (stage: Stage, group: Group, sabotage?: Sabotage): Promise<Came> => {
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
export const note = (what: string, {outcome, reasons}: Came, because = /./): void => {
  const reason = reasons.find((one) => because.test(one)) ?? reasons[0] ?? ''
  const words = reason.replaceAll('\n', ' ').slice(0, 200)
  process.stdout.write(`${what.padEnd(44)} ${outcome.padEnd(13)} ${words}\n`)
}

/** Undecided, whoever reads it: neither a green tick nor a red cross. */
export const expectUndecided = (came: Came, because: RegExp): void => {
  expect(came.reasons.join('\n')).toMatch(because)
  expect(['invalid', 'inconclusive']).toContain(came.outcome)
  expect(came.code).toBe(3)
}

/** One test for each row. */
export const itIsUndecided = (sabotages: readonly Sabotage[], stage: () => Stage): void => {
  for (const sabotage of sabotages) {
    it.skipIf(missing(sabotage.group))(sabotage.what, async () => {
      const came = await runWith(stage(), sabotage.group, sabotage)
      note(sabotage.what, came, sabotage.because)
      expectUndecided(came, sabotage.because)
    })
  }
}
