import {formatDuration, formatExpectation, formatPercent, formatRate} from '../scenarios/quantities.js'
import {
  type LoadStream,
  type Objective,
  type Profile,
  phaseNames,
  type Replay,
  type ScriptSpec,
} from '../scenarios/scenario.js'
import {blastRadiusInWords} from './blast-radius.js'
import {strengthLines} from './envelope-words.js'
import {guardsInWords} from './guard-words.js'
import type {Plan} from './plan.js'
import {expectedRequests} from './rates.js'

const closedLoopInWords = ({connections, pipelining}: Extract<Profile, {kind: 'connections'}>): string => {
  const each = pipelining > 1 ? `, ${pipelining} requests at once on each` : ''
  const some = connections === 1 ? 'one connection carries' : `${connections} connections carry`
  return `as much as ${some}${each} (closed loop: no rate is kept)`
}

const profileInWords = (profile: Profile): string => {
  switch (profile.kind) {
    case 'constant':
      return `${formatRate(profile.ratePerSecond)} all the time`
    case 'ramp': {
      const over = profile.durationMs === undefined ? 'the whole run' : formatDuration(profile.durationMs)
      return `${formatRate(profile.fromPerSecond)} to ${formatRate(profile.toPerSecond)} over ${over}`
    }
    case 'steps':
      return profile.steps
        .map(
          ({ratePerSecond, durationMs}) => `${formatRate(ratePerSecond)} for ${formatDuration(durationMs)}`,
        )
        .join(', then ')
    case 'spike': {
      const {basePerSecond, peakPerSecond, atMs, durationMs} = profile
      const spike = `${formatRate(peakPerSecond)} at ${formatDuration(atMs)} for ${formatDuration(durationMs)}`
      return `${formatRate(basePerSecond)}, with ${spike}`
    }
    case 'soak':
      return `${formatRate(profile.ratePerSecond)}, reached within ${formatDuration(profile.rampMs)}`
    case 'breakpoint':
      return `${formatRate(profile.fromPerSecond)} up to ${formatRate(profile.toPerSecond)}, or until an objective is missed`
    case 'replay':
      return profile.speed === 1 ? 'a log, at its own speed' : `a log, at ${profile.speed} times its speed`
    case 'connections':
      return closedLoopInWords(profile)
  }
}

const share = (fraction: number): string => formatPercent(fraction)

const objectiveInWords = (objective: Objective): string => {
  switch (objective.kind) {
    case 'ratio':
      return `at least ${share(objective.target)} good`
    case 'latency':
      return `at least ${share(objective.target)} below ${formatDuration(objective.belowMs)}`
    case 'query':
      return `${objective.query} ${formatExpectation(objective.expect)}`
    case 'alert':
      return `the alert ${objective.alert} does not fire`
    case 'relative':
      return `"${objective.compares}" is at most ${share(objective.mostWorse)} worse than in the baseline`
    case 'recovery':
      return `"${objective.recovers}" holds again within ${formatDuration(objective.withinMs)}`
  }
}

/** Rows of cells in columns as wide as their widest cell; the last column is left as it is. */
const table = (rows: string[][]): string[] => {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, cell.length)),
    [],
  )
  return rows.map((row) =>
    `  ${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ')}`.trimEnd(),
  )
}

interface Moment {
  atMs: number
  /** Among things at the same time: a phase starts, then its faults; faults end before the next phase starts. */
  order: number
  cells: [string, string]
  /** Lines below, about the same thing. */
  more?: string[]
}

/** Wide enough to show a pulse, narrow enough for a terminal of 80 columns with words beside it. */
const sketchWidth = 24

/** The victims that the fault's own words leave out. */
const victims = ({does, edges, replicas}: Plan['faults'][number]['aim']): string => {
  const names = [...replicas, ...edges].filter((name) => !does.includes(name))
  return names.length > 0 ? ` [${names.join(', ')}]` : ''
}

/** In a closed loop the target decides how many it gets. */
const expected = (rates: Plan['rates'], startMs: number, endMs: number): string =>
  rates.length === 0 ? '' : `, about ${Math.round(expectedRequests(rates, startMs, endMs))} requests`

const timeline = ({phases, rates, faults, durationMs}: Plan): string[] => {
  const moments: Moment[] = [
    ...phases.map(({name, startMs, endMs}): Moment => {
      const judged = phaseNames.some((one) => one === name) ? '' : ', judged by nobody'
      return {
        atMs: startMs,
        order: 1,
        cells: [name, `${formatDuration(endMs - startMs)}${expected(rates, startMs, endMs)}${judged}`],
      }
    }),
    ...faults.flatMap((planned): Moment[] => {
      const {id, fault, startMs, endMs, aim} = planned
      const more = strengthLines(planned, sketchWidth)
      return [
        {atMs: startMs, order: 2, cells: [`+ ${id} ${fault}`, `${aim.does}${victims(aim)}`], more},
        {atMs: endMs, order: 0, cells: [`- ${id} ${fault}`, aim.undo]},
      ]
    }),
    {atMs: durationMs, order: 3, cells: ['end', '']},
  ]
  const ordered = moments.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order)
  return table(
    ordered.flatMap(({atMs, cells, more = []}) => [
      [formatDuration(atMs), ...cells],
      ...more.map((line) => ['', '', line]),
    ]),
  )
}

const section = (title: string, lines: string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines]

const requests = ({requests: all, flows = []}: LoadStream, {target}: Plan): string[] => {
  const weights = [...all, ...flows].reduce((sum, {weight}) => sum + weight, 0)
  const [first] = Object.keys(target.endpoints)
  return table([
    ...all.map(({name, weight, method, path, endpoint = first ?? ''}) => [
      name,
      share(weight / weights),
      `${method} ${path} on ${endpoint}`,
    ]),
    ...flows.map(({name, weight, steps}) => [
      name,
      share(weight / weights),
      `a flow: ${steps.map((step) => (step.kind === 'think' ? 'think' : step.request.name)).join(', ')}`,
    ]),
  ])
}

/** The requests of a log by what they are counted under, the commonest first. */
const replayed = ({entries, endpoint}: Replay, {target, durationMs}: Plan): string[] => {
  const sent = entries.filter(({atMs}) => atMs < durationMs)
  const counts = new Map<string, number>()
  for (const {name} of sent) counts.set(name, (counts.get(name) ?? 0) + 1)
  const place = endpoint ?? Object.keys(target.endpoints)[0] ?? ''
  return table(
    [...counts]
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => [name, share(count / sent.length), `on ${place}`]),
  )
}

/** What is in it is the engine's to know; the sum says which state of the file it was. */
const scripted = ({path, sha256}: ScriptSpec): string[] =>
  table([['script', path, `sha256 ${sha256.slice(0, 12)}`]])

/** Each stream with its rate, its number of arrivals and what is sent. */
const load = (plan: Plan): string[] =>
  plan.scenario.load.streams.flatMap((stream, index) => {
    const {profile, name, poisson} = stream
    const total = Math.round(expectedRequests(plan.streams[index]?.rates ?? []))
    const {script} = plan.scenario.load
    const sent = script
      ? scripted(script)
      : stream.replay
        ? replayed(stream.replay, plan)
        : requests(stream, plan)
    const title = plan.scenario.load.streams.length > 1 ? `Load ${name}` : 'Load'
    const counted =
      profile.kind === 'connections' ? '' : `, about ${total} ${script ? 'iterations' : 'requests'}`
    const gaps = poisson ? ', at random (Poisson)' : ''
    return section(`${title}: ${profileInWords(profile)}${gaps}${counted}`, sent)
  })

/** The dry run as text: what would happen when, to what, and what undoes it. Ends without a newline. */
export const describePlan = (plan: Plan): string => {
  const {scenario, target, seed, durationMs, switches} = plan
  return [
    `${scenario.name} on ${target.name}: ${formatDuration(durationMs)}, seed ${seed}`,
    ...(scenario.summary === '' ? [] : [scenario.summary]),
    ...load(plan),
    ...section(
      'Switches, set before the first request and put back at the end',
      table(Object.entries(switches).map(([name, value]) => [name, String(value)])),
    ),
    ...section('Timeline', timeline(plan)),
    ...section('Blast radius', table(blastRadiusInWords(plan).map((line) => [line]))),
    ...section(
      'Must hold',
      table(scenario.objectives.map((one) => [one.name, one.during.join(', '), objectiveInWords(one)])),
    ),
    ...section('Stops everything at once when', table(guardsInWords(scenario).map((guard) => [guard]))),
  ].join('\n')
}
