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
      undo: 'sets them back to what they were',
    }
  },

  async prepare({options}, world) {
    const now = await world.workloads().switches()
    const before = Object.fromEntries(
      Object.keys(options.set).flatMap((name) => (name in now ? [[name, now[name] ?? '']] : [])),
    )
    return {before, set: options.set}
  },

  async inject({options}, _inverse, world) {
    await world.workloads().setSwitches(options.set)
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
    for (const [name, value] of Object.entries(found))
      if (name in before && value !== before[name] && value !== (set?.[name] ?? value))
        world.note?.(`somebody else set ${name} to ${value} meanwhile: it is ${before[name]} again`)
    await workloads.setSwitches(before)
    const now = await workloads.switches()
    const wrong = Object.keys(before).filter((name) => now[name] !== before[name])
    if (wrong.length > 0)
      throw new EnvironmentError(`Switches are not back to what they were: ${wrong.join(', ')}`)
  },

  remedy: ({before}, target) => {
    const {first, url} = byHand('control', target)
    return `${first}curl -X PATCH -d '${JSON.stringify(before)}' ${url}/switches`
  },
} satisfies Fault<Options, Inverse>
