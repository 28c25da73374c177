import type {Switches, SwitchValue} from '../contract.js'

/** Every protection that can be turned off or set at run time, with its default. */
export const switchDefaults = {
  timeout: true,
  retry: true,
  'retry.max': 2,
  'retry.budget': true,
  'retry.jitter': true,
  breaker: true,
  'lb.healthcheck': true,
  'lb.outlier': true,
  'db.timeout': true,
  'shutdown.drain': true,
} as const satisfies Switches

export type SwitchName = keyof typeof switchDefaults

const maximumRetries = 10

/** The switches of one service. */
export interface SwitchBoard {
  isOn(name: SwitchName): boolean
  amount(name: 'retry.max'): number
  values(): Switches
  /** Applies all changes, or none and returns what is wrong with them. */
  change(changes: unknown): string[]
  /** Calls back after changes were applied. */
  onChange(listener: () => void): void
}

const booleans = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  ['on', true],
  ['off', false],
])

/** The value as this switch keeps it, or `undefined` when it has the wrong type. */
const parse = (name: SwitchName, value: unknown): SwitchValue | undefined => {
  if (typeof switchDefaults[name] === 'boolean') return booleans.get(value)
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= maximumRetries
    ? Number(value)
    : undefined
}

const expected = (name: SwitchName): string =>
  typeof switchDefaults[name] === 'boolean'
    ? 'true, false, "on" or "off"'
    : `a whole number from 0 to ${maximumRetries}`

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The switches called `names`, at their defaults. A service only has those that it obeys. */
export const createSwitchBoard = (names: readonly SwitchName[]): SwitchBoard => {
  const current = new Map<SwitchName, SwitchValue>(names.map((name) => [name, switchDefaults[name]]))
  const listeners: (() => void)[] = []
  const nameOf = (text: string): SwitchName | undefined => names.find((name) => name === text)

  const change = (changes: unknown): string[] => {
    if (!isRecord(changes)) return ['expected an object of switches, such as {"breaker": false}']
    const parsed: [SwitchName, SwitchValue][] = []
    const problems: string[] = []
    for (const [text, given] of Object.entries(changes)) {
      const name = nameOf(text)
      const value = name && parse(name, given)
      if (!name) problems.push(`${text}: no such switch here; there are ${names.join(', ')}`)
      else if (value === undefined)
        problems.push(`${text}: expected ${expected(name)}, got ${JSON.stringify(given)}`)
      else parsed.push([name, value])
    }
    if (problems.length > 0) return problems
    for (const [name, value] of parsed) current.set(name, value)
    for (const listener of listeners) listener()
    return []
  }

  return {
    isOn: (name) => current.get(name) === true,
    amount: (name) => Number(current.get(name) ?? 0),
    values: () => Object.fromEntries(current),
    change,
    onChange: (listener) => {
      listeners.push(listener)
    },
  }
}
