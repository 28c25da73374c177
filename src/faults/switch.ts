import {z} from 'zod'
import {EnvironmentError} from '../errors.js'
import {switches} from '../scenarios/sections/switches.js'
import {byHand} from './cluster/by-hand.js'
import type {Fault} from './fault.js'

type Values = Record<string, string | number | boolean>

interface Options {
  set: Values
}

interface Inverse {
  [key: string]: Values
  before: Values
  /** What the fault set them to; journals of before have none. */
  set?: Values
}

const only = (values: Values, names: readonly string[]): Values =>
  Object.fromEntries(names.flatMap((name) => (name in values ? [[name, values[name] ?? '']] : [])))

/** Sets protection switches of the target: a breaker off, a retry limit changed. */
export default {
  summary: 'Sets protection switches of the target: what if this defence were off?',
  example: 'switch: {set: {order.breaker: off}}',
  options: z.strictObject({
    set: switches.describe('Switches by dotted name, and what they are set to.'),
  }),

  aim({set}) {
    const changes = Object.entries(set).map(([name, value]) => `${name} to ${value}`)
    return {
      edges: [],
      replicas: [],
      switches: Object.keys(set),
      does: `sets ${changes.join(', ')}`,
      undo: 'sets them back to what they were, unless somebody else changed them meanwhile',
    }
  },

  async prepare({options}, world) {
    const now = await world.workloads().switches()
    const before = Object.fromEntries(
      Object.keys(options.set).flatMap((name) => (name in now ? [[name, now[name] ?? '']] : [])),
    )
    return {before, set: options.set}
  },

  async inject({options}, {before}, world) {
    const workloads = world.workloads()
    await workloads.setSwitches(options.set)
    const now = await workloads.switches()
    // Later, a value that is not ours is taken for somebody else's.
    const bent = Object.keys(options.set).filter(
      (name) => name in before && now[name] !== options.set[name] && now[name] !== before[name],
    )
    if (bent.length === 0) return
    await workloads.setSwitches(only(before, bent))
    const made = bent.map((name) => `${name} became ${now[name]}, not ${options.set[name]}`)
    throw new EnvironmentError(`The target does not take these values: ${made.join(', ')}`, {
      hint: 'They were set back at once. Set what the target takes as it stands.',
    })
  },

  async observe({options}, _inverse, world) {
    const now = await world.workloads().switches()
    const asked = Object.entries(options.set)
    const observations = asked.map(([name, value]) =>
      now[name] === value ? `${name} is ${value}` : `${name} is ${now[name]}, not ${value}`,
    )
    return {
      bit: asked.every(([name, value]) => now[name] === value) ? 'yes' : 'no',
      observations,
      numbers: {},
    }
  },

  async undo({before, set}, world) {
    const workloads = world.workloads()
    const found = await workloads.switches()
    const isOurs = (name: string): boolean => set?.[name] === undefined || found[name] === set[name]
    const theirs = Object.keys(before).filter((name) => found[name] !== before[name] && !isOurs(name))
    for (const name of theirs)
      world.note?.(
        `${name} was set to ${found[name]} by somebody else (from ${before[name]}, then ${set?.[name]} by the fault): left alone`,
      )
    const ours = Object.keys(before).filter((name) => !theirs.includes(name))
    await workloads.setSwitches(only(before, ours))
    const now = await workloads.switches()
    const wrong = ours.filter((name) => now[name] !== before[name])
    if (wrong.length > 0)
      throw new EnvironmentError(`Switches are not back to what they were: ${wrong.join(', ')}`)
  },

  remedy: ({before}, target) => {
    const {first, url} = byHand('control', target)
    return `${first}curl -X PATCH -d '${JSON.stringify(before)}' ${url}/switches`
  },
} satisfies Fault<Options, Inverse>
