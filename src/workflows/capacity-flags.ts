import type {CapacityAsked, CapacityHeader} from '../capacity/record.js'
import {UserError} from '../errors.js'
import {withoutPassword} from '../run/describe-run.js'
import {formatRate, parseDuration, parseRate} from '../scenarios/quantities.js'
import {parseReplicaCounts} from '../scenarios/replica-flags.js'

/** The flags of `capacity`, as parsed. */
export interface CapacityFlags {
  target?: string | undefined
  engine?: string | undefined
  prometheus?: string | undefined
  toxiproxy?: string | undefined
  context?: string | undefined
  'allow-production'?: boolean | undefined
  seed?: number | undefined
  switch?: string[] | undefined
  thorough: boolean
  start?: string | undefined
  most?: string | undefined
  budget?: string | undefined
  without?: string[] | undefined
  with?: string[] | undefined
  replicas?: string | undefined
  overload: boolean
  'at-least'?: string | undefined
  'expected-peak'?: string | undefined
  price?: string | undefined
  resume?: string | undefined
  report: readonly string[]
  'output-dir': string
  'allow-inconclusive': boolean
  quiet: boolean
}

/** Between which rates, and for how long, is searched. */
export interface Limits {
  startPerSecond: number | undefined
  mostPerSecond: number
  budgetMs: number | undefined
}

/** More than any target on one machine carries, and than a generator on it sends. */
const usualMost = 50_000

const rateFlag = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const rate = parseRate(text)
  if (rate !== undefined && rate > 0) return rate
  throw new UserError(`--${name} ${text}: expected a rate above zero`, {
    hint: `Write for example --${name} 500/s.`,
  })
}

const durationFlag = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const ms = parseDuration(text)
  if (ms !== undefined && ms >= 20_000) return ms
  throw new UserError(`--${name} ${text}: expected a duration of at least 20s`, {
    hint: `Write for example --${name} 3m.`,
  })
}

/** `0.12/h` → 0.12. */
export const priceFlag = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const found = /^(\d+(?:\.\d+)?) ?\/ ?h$/.exec(text.trim())
  if (found) return Number(found[1])
  throw new UserError(`--price ${text}: expected a price per hour`, {
    hint: 'Write for example --price 0.12/h.',
  })
}

const workloadOf = (text: string): string => {
  if (text === 'each') return text
  const name = /^one:(.+)$/.exec(text)?.[1]
  if (name !== undefined) return name
  throw new UserError(`--without ${text}: expected one:WORKLOAD, or each`, {
    hint: 'Write for example --without one:gateway, or --without each.',
  })
}

/** What a search is made of: with another one of these, its second half would be of another search. */
const kept = [
  'target',
  'engine',
  'seed',
  'switch',
  'replicas',
  'thorough',
  'start',
  'most',
  'budget',
  'without',
  'with',
] as const satisfies readonly (keyof CapacityFlags)[]

const refuseChanges = (flags: CapacityFlags, {asked}: Pick<CapacityHeader, 'asked'>): void => {
  const given = kept.find((name) => flags[name] !== undefined && flags[name] !== false)
  const name = given ?? (!flags.overload && asked.overload ? 'no-overload' : undefined)
  if (name === undefined) return
  throw new UserError(`--${name} cannot be changed when a search is resumed`, {
    hint: 'It goes on with what it was begun with; only --at-least, --expected-peak and --price may be others. Start a new search for another question.',
  })
}

/** What a result is judged by and changes no trial. */
const judgedBy = (flags: CapacityFlags): Partial<CapacityAsked> => {
  const atLeastPerSecond = rateFlag('at-least', flags['at-least'])
  const expectedPeakPerSecond = rateFlag('expected-peak', flags['expected-peak'])
  const pricePerHour = priceFlag(flags.price)
  return {
    ...(atLeastPerSecond !== undefined && {atLeastPerSecond}),
    ...(expectedPeakPerSecond !== undefined && {expectedPeakPerSecond}),
    ...(pricePerHour !== undefined && {pricePerHour}),
  }
}

const askedBy = (flags: CapacityFlags): CapacityAsked => {
  const {target, engine, prometheus, toxiproxy} = flags
  return {
    mode: flags.thorough ? 'thorough' : 'quick',
    ...(target !== undefined && {target}),
    ...(engine !== undefined && {engine}),
    ...(prometheus !== undefined && {prometheus: withoutPassword(prometheus)}),
    ...(toxiproxy !== undefined && {toxiproxy: withoutPassword(toxiproxy)}),
    ...(flags.switch !== undefined && {switch: flags.switch}),
    ...(flags.replicas !== undefined && {replicas: parseReplicaCounts([flags.replicas])}),
    without: (flags.without ?? []).map(workloadOf),
    with: [...new Set(flags.with)],
    overload: flags.overload,
  }
}

const limitsOf = (flags: CapacityFlags): Limits => {
  const startPerSecond = rateFlag('start', flags.start)
  const mostPerSecond = rateFlag('most', flags.most) ?? usualMost
  if (startPerSecond !== undefined && startPerSecond > mostPerSecond) {
    const most =
      flags.most === undefined ? `${formatRate(usualMost)}, the highest rate` : `--most ${flags.most}`
    throw new UserError(`--start ${flags.start} is above ${most}`, {
      hint: 'The search begins low and goes up: give a --start below --most.',
    })
  }
  return {startPerSecond, mostPerSecond, budgetMs: durationFlag('budget', flags.budget)}
}

/**
 * Reads the flags; a search that is resumed keeps what it was begun with, but for what only judges it. Throws UserError for
 * the first that is wrong.
 */
export const readFlags = (
  flags: CapacityFlags,
  left: Pick<CapacityHeader, 'asked'> | undefined,
): {asked: CapacityAsked; limits: Limits} => {
  if (left) refuseChanges(flags, left)
  const limits = limitsOf(flags)
  return {asked: {...(left?.asked ?? askedBy(flags)), ...judgedBy(flags)}, limits}
}
