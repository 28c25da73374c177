import type {Leftover} from './leftovers.js'

const keysOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? Object.keys(value).join(', ') : ''

/** "latency on order->payment-1 (f1)": one change of a run, as a person would name it. */
export const changeInWords = ({id, fault, inverse}: Leftover['changes'][number]): string => {
  const {proxies, pids, before} =
    typeof inverse === 'object' && inverse !== null && !Array.isArray(inverse)
      ? inverse
      : {proxies: null, pids: null, before: null}
  const what = Array.isArray(proxies) ? ` on ${proxies.join(', ')}` : ''
  const whom = keysOf(pids) && ` of ${keysOf(pids)}`
  const which = fault === 'switch' && keysOf(before) ? ` of ${keysOf(before)}` : ''
  return `${fault}${what}${whom}${which} (${id})`
}

/** "2026-11-21 14:02:11 UTC". */
export const timeInWords = (epochMs: number): string =>
  `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
