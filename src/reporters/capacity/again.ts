import type {CapacityHeader} from '../../capacity/record.js'
import {quick, thorough} from '../../capacity/search-options.js'
import {formatDuration, formatRate} from '../../scenarios/quantities.js'

/** A word that a shell takes as it is, else in quotes. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

const flag = (name: string, value: string | undefined): string[] =>
  value === undefined ? [] : [`--${name} ${quoted(value)}`]

const rateFlag = (name: string, perSecond: number | undefined): string[] =>
  flag(name, perSecond === undefined ? undefined : formatRate(perSecond))

/** The command that asks the same again, also where the scenario, or what is usual, has changed meanwhile. */
export const againInWords = ({source, seed, asked, options}: CapacityHeader): string => {
  const {budgetMs} = asked.mode === 'thorough' ? thorough : quick
  return [
    `shakedown capacity ${quoted(source.path)} --seed ${seed}`,
    ...(asked.mode === 'thorough' ? ['--thorough'] : []),
    ...rateFlag('start', options.startPerSecond),
    ...rateFlag('most', options.mostPerSecond),
    ...(options.budgetMs === budgetMs ? [] : flag('budget', formatDuration(options.budgetMs))),
    ...flag('target', asked.target),
    ...flag('engine', asked.engine),
    ...flag('prometheus', asked.prometheus),
    ...flag('toxiproxy', asked.toxiproxy),
    ...(asked.switch ?? []).flatMap((text) => flag('switch', text)),
    ...Object.entries(asked.replicas ?? {}).flatMap(([name, count]) => flag('replicas', `${name}=${count}`)),
    ...asked.without.flatMap((name) => flag('without', `one:${name}`)),
    ...asked.with.flatMap((name) => flag('with', name)),
    ...(asked.overload ? [] : ['--no-overload']),
    ...rateFlag('at-least', asked.atLeastPerSecond),
    ...rateFlag('expected-peak', asked.expectedPeakPerSecond),
    ...flag('price', asked.pricePerHour === undefined ? undefined : `${asked.pricePerHour}/h`),
  ].join(' ')
}
