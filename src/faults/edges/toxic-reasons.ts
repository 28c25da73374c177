import type {ProxyState} from '../../clients/toxiproxy.js'
import {formatBytes, formatPercent} from '../../scenarios/units.js'
import type {EdgeOptions} from './toxic-fault.js'
import type {EdgeTraffic} from './toxic-traffic.js'

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

/** What is wrong with a proxy that should have the toxic in force; `listed`: it must list the toxic. */
export const notInForce = ({name, enabled, toxics}: ProxyState, toxic: string, listed: boolean): string[] => {
  if (!enabled)
    return [`proxy ${name} is closed: nothing gets as far as the toxic; another fault or somebody closed it`]
  return !listed || toxics.some((present) => present.name === toxic)
    ? []
    : [`proxy ${name} does not list the toxic any more: somebody took it out, or the server was restarted`]
}

/** The traffic that met the toxic. */
export const howTouched = ({chunks, hit, active}: EdgeTraffic): string =>
  `${count(chunks, 'chunk')} of traffic met it (${count(hit, 'connection')} hit, ${active} open now)`

/** Traffic that met the toxic, and could not feel it. */
export const tooLittle = ({touched}: EdgeTraffic, least: number): string =>
  `only ${formatBytes(touched)} of traffic met it, less than the ${formatBytes(least)} that may pass on one connection`

/** Why no traffic but our own probes met a toxic that is in force; `byChance`: at full strength it may well meet some. */
export const whyUntouched = (
  {edge, direction, toxicity, 'fresh-connections': fresh}: EdgeOptions,
  {bytes, hit, opened, active}: EdgeTraffic,
  activeBefore: number,
): {words: string; byChance: boolean} => {
  const what = direction === 'downstream' ? 'answers' : 'requests'
  if (bytes <= 0 || (hit <= 0 && opened <= 0 && active <= 0)) {
    const idle = active > 0 ? `; ${count(active, 'connection')} open, all idle` : ''
    const words = `no traffic on ${edge} since the fault began: no ${what} came to its proxies${idle}`
    return {words, byChance: false}
  }
  const used = activeBefore + Math.max(0, opened)
  if (hit <= 0 && toxicity < 1) {
    const pooled = !fresh && opened <= 0 ? ', all of them open before the fault (pooled)' : ''
    const rolled = `toxicity rolled 0: ${count(used, 'connection')}${pooled}, none rolled under ${formatPercent(toxicity)}`
    const advice = pooled === '' ? '' : ' or set `fresh-connections: true` for a new roll'
    return {words: `${rolled}; raise toxicity${advice}`, byChance: true}
  }
  if (hit <= 0) {
    const escaped = `${count(active, 'pooled connection')} escaped: open before the fault, and it took none of them`
    return {words: `${escaped}; set \`fresh-connections: true\``, byChance: false}
  }
  const words = `it took ${count(hit, 'connection')}, but all ${what} passed on others`
  return {words: `${words}; raise toxicity`, byChance: true}
}
