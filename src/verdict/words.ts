import {formatDuration, formatPercent} from '../scenarios/quantities.js'
import type {Comparator} from '../scenarios/scenario.js'

/** A whole number with thousands separated, a fraction with at most two decimals: `19,996`. */
export const count = (value: number): string => {
  const rounded = Math.abs(value) < 1000 ? Math.round(value * 100) / 100 : Math.round(value)
  const [whole = '', fraction] = String(rounded).split('.')
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? separated : `${separated}.${fraction}`
}

/** A measured share: two digits of its distance to 0 % or 100 %, so that 99.985 % does not become 100 %. */
export const percent = (share: number): string => {
  const distance = Math.min(share, 1 - share) * 100
  const decimals = distance <= 0 ? 0 : Math.max(1, Math.min(12, 1 - Math.floor(Math.log10(distance))))
  return `${Number((share * 100).toFixed(decimals))}%`
}

/** A measured share that reads differently from the target unless it is equal to it. */
export const percentBeside = (share: number, target: number): string => {
  const text = percent(share)
  return share === target || text !== formatPercent(target)
    ? text
    : `${Number((share * 100).toPrecision(9))}%`
}

/** A measured time, three digits: `3.47s`. */
export const elapsed = (ms: number): string => formatDuration(Number(ms.toPrecision(3)))

/** A measured value: six significant digits, no trailing zeros. */
export const number = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value)

/** `a`, `a and b`, `a, b and c`. */
export const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/** `1 event`, `2 events`. */
export const plural = (amount: number, noun: string): string =>
  `${count(amount)} ${noun}${amount === 1 ? '' : 's'}`

const signs = {'<': '<', '<=': '≤', '>': '>', '>=': '≥', '==': '=', '!=': '≠'} as const satisfies Record<
  Comparator,
  string
>

/** A comparator as people write it: `≥`. */
export const sign = (comparator: Comparator): string => signs[comparator]

/** A value in the unit of what it is judged by. */
export const inUnit = ({unit}: {unit: 'ratio' | 'ms' | 'value'}, value: number): string => {
  switch (unit) {
    case 'ratio':
      return percent(value)
    case 'ms':
      return elapsed(value)
    case 'value':
      return number(value)
  }
}
