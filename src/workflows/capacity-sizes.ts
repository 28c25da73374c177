import {dirname, join} from 'node:path'
import type {CapacityResult} from '../capacity/result.js'
import {type Scaling, type Size, scalingOf, sizeOf} from '../capacity/sizes.js'
import {UserError} from '../errors.js'
import {exitCodeOf, exitCodes} from '../exit-codes.js'
import {readPageAssets} from '../output/page-assets.js'
import {writeText} from '../output/write-reports.js'
import {scalingPage} from '../reporters/capacity/page.js'
import {scalingMarkdown, scalingText} from '../reporters/capacity/scaling.js'
import {freshRunId} from '../run/run-id.js'
import {parseReplicaSizes, type ReplicaSizes} from '../scenarios/replica-flags.js'
import {systemClock} from '../system/clock.js'
import {searchCapacity} from './capacity.js'
import {capacityExitLine} from './capacity-exit.js'
import {type CapacityFlags, priceFlag} from './capacity-flags.js'
import type {Stage} from './run-scenarios.js'

/** What one search answers, as its command prints it. */
type Searched = Awaited<ReturnType<typeof searchCapacity>>
type Answered = CapacityResult & {record: string}

/** Searches for a capacity: once, or with `--replicas WORKLOAD=1,2,4` once at each size, and fits a law to them. */
export const measureCapacity = async (
  path: string | undefined,
  flags: CapacityFlags,
  stage: Stage,
): Promise<{exitCode: number; json: unknown}> => {
  const sizes = flags.replicas === undefined ? undefined : parseReplicaSizes(flags.replicas)
  if (sizes === undefined || sizes.counts.length === 1) return await searchCapacity(path, flags, stage)
  refuseOthers(flags)
  return await searchSizes(path, sizes, flags, stage)
}

/** One question at a time: with these, a size would have several capacities, or none of its own. */
const refuseOthers = (flags: CapacityFlags): void => {
  const others = ['resume', 'without', 'with', 'at-least'] as const
  const given = others.find((name) => flags[name] !== undefined)
  if (given === undefined) return
  throw new UserError(`--${given} and several --replicas exclude each other`, {
    hint:
      given === 'resume'
        ? 'Go on with the size that was cut off alone (--resume RECORD), then: shakedown capacity scale 1=RECORD 2=RECORD'
        : `Ask it of one size: --replicas ${flags.replicas?.split(',')[0]} --${given} …`,
  })
}

const searchSizes = async (
  path: string | undefined,
  {workload, counts}: ReplicaSizes,
  flags: CapacityFlags,
  stage: Stage,
): Promise<{exitCode: number; json: unknown}> => {
  const pricePerHour = priceFlag(flags.price)
  const sizes: Size[] = []
  const missing: string[] = []
  const found: Answered[] = []
  for (const replicas of counts) {
    const one = {workload, replicas}
    const {searched, said} = await searchOne(path, one, flags, stage).catch((cause: unknown) => {
      // What was measured already is not lost with what could not be started.
      if (sizes.length > 0) stage.print(goOn(sizes, one))
      throw cause
    })
    const {json} = searched
    if (!('whole' in json) || hasBroken(json)) {
      for (const line of said) stage.print(line)
      stage.print(goOn(sizes, one, 'record' in json ? json.record : undefined))
      return {exitCode: searched.exitCode, json}
    }
    found.push(json)
    const size = sizeOf(json, {replicas, record: json.record, pricePerHour})
    if (size) sizes.push(size)
    else missing.push(`${workload} at ${replicas}: no interval: ${json.summary}`)
    stage.print(`${workload} at ${replicas}: ${json.summary}\nrecord: ${json.record}`)
  }
  const scaling = scalingOf(sizes, {
    scenario: found[0]?.header.scenario ?? '',
    workload,
    ...(pricePerHour !== undefined && {pricePerHour}),
    missing,
    remarks: [...found.flatMap(unconfirmed), ...sharedMachine(found)],
  })
  await show(scaling, flags, stage)
  const exitCode =
    missing.length === 0
      ? exitCodes.pass
      : exitCodeOf('inconclusive', {allowInconclusive: flags['allow-inconclusive']})
  const why = missing.length === 0 ? undefined : capacityExitLine('inconclusive', exitCode)
  if (why !== undefined) stage.print(why)
  return {exitCode, json: scaling}
}

/** One size, quietly: what it would print is told only where it broke. */
const searchOne = async (
  path: string | undefined,
  {workload, replicas}: {workload: string; replicas: number},
  flags: CapacityFlags,
  stage: Stage,
): Promise<{searched: Searched; said: string[]}> => {
  const said: string[] = []
  if (!flags.quiet) stage.progress.write(`${workload} at ${replicas}\n`)
  const searched = await searchCapacity(
    path,
    {
      ...flags,
      replicas: `${workload}=${replicas}`,
      // What becomes of too much load is another question, and the price is that of one replica.
      overload: false,
      price: undefined,
      report: flags.report.filter((format) => format !== 'terminal'),
    },
    {...stage, print: (text) => void said.push(text)},
  )
  return {searched, said}
}

const hasBroken = ({outcome}: Answered): boolean =>
  outcome === 'residual' || outcome === 'error' || outcome === 'interrupted'

/** How to go on with a series that was cut off: what was measured is not lost. */
const goOn = (
  sizes: readonly Size[],
  {workload, replicas}: {workload: string; replicas: number},
  record?: string,
): string => {
  const done = sizes.map((size) => `${size.replicas}=${dirname(size.record)}`)
  const again =
    record === undefined
      ? `shakedown capacity SCENARIO --replicas ${workload}=${replicas}`
      : `shakedown capacity --resume ${dirname(record)}`
  return [
    `cut off at ${workload}=${replicas}; to go on:`,
    `  ${again}`,
    `  shakedown capacity scale ${[...done, `${replicas}=RECORD`].join(' ')}`,
  ].join('\n')
}

const unconfirmed = ({whole: {confirmed}, header}: Answered): string[] =>
  confirmed ? [] : [`${sizeName(header)}: the lower bound was not confirmed by a long trial`]

const sizeName = ({asked}: Answered['header']): string =>
  Object.entries(asked.replicas ?? {})
    .map(([name, count]) => `${name} at ${count}`)
    .join(', ')

/** Replicas that share the CPUs of one machine tell of the machine as soon as these are used up. */
const sharedMachine = (found: readonly Answered[]): string[] => {
  const {header} = found[0] ?? {}
  return header?.target === 'reference' && header.cluster === undefined
    ? [
        `all replicas, and the load generator, shared the ${header.machine.cpus} CPUs of one machine: the curve is that of the workload only while these have room`,
      ]
    : []
}

const show = async (
  scaling: Scaling,
  flags: Pick<CapacityFlags, 'report' | 'output-dir'>,
  {print, terminal}: Pick<Stage, 'print' | 'terminal'>,
): Promise<void> => {
  if (flags.report.includes('terminal')) print(`\n${scalingText(scaling, {width: terminal.columns ?? 100})}`)
  const folder = join(flags['output-dir'], freshRunId(`scaling-${scaling.scenario}`, systemClock.now()))
  const files = {
    json: async () => ['scaling.json', `${JSON.stringify(scaling, null, 2)}\n`] as const,
    markdown: async () => ['scaling.md', scalingMarkdown(scaling)] as const,
    html: async () => ['scaling.html', scalingPage(scaling, await readPageAssets())] as const,
  }
  for (const format of ['json', 'markdown', 'html'] as const) {
    if (!flags.report.includes(format)) continue
    const [name, text] = await files[format]()
    await writeText(join(folder, name), text)
    print(`report: ${join(folder, name)}`)
  }
}
