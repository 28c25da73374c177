import type {Replica} from '../../targets/workloads.js'
import type {Evidence, World} from '../fault.js'
import {replicasNamed, type Victims} from './victims.js'

/** What one victim shows: whether it was hit, the words for it, and what was measured. */
export interface Look {
  bit: Evidence['bit']
  says: string
  numbers?: Record<string, number>
}

/** Looks at each victim as it is now; those that were not running before, or are unknown now, explain themselves. */
export const lookAtEach = async (
  victims: Victims,
  world: World,
  look: (replica: Replica) => Look | Promise<Look>,
): Promise<Evidence> => {
  const now = await replicasNamed(Object.keys(victims.pids), world)
  const looks = await Promise.all(
    Object.entries(victims.pids).map(async ([name, pid]): Promise<Look> => {
      if (pid === 0) return {bit: 'no', says: 'was not running when the fault began'}
      const replica = now.find((each) => each.name === name)
      return replica ? await look(replica) : {bit: 'unknown', says: 'nobody knows it any more'}
    }),
  )
  return evidenceOf(Object.keys(victims.pids), looks)
}

/** A fault bit when it bit every victim. */
const evidenceOf = (names: string[], looks: Look[]): Evidence => {
  const bits = looks.map(({bit}) => bit)
  const own = looks.flatMap(({numbers = {}}, index) =>
    Object.entries(numbers).map(([key, value]) => [`${names[index]} ${key}`, value] as const),
  )
  const hit = bits.filter((bit) => bit === 'yes').length
  return {
    bit: bits.includes('no') ? 'no' : bits.includes('unknown') ? 'unknown' : 'yes',
    observations: looks.map(({says}, index) => `${names[index]}: ${says}`),
    numbers: {asked: looks.length, hit, ...Object.fromEntries(own)},
  }
}
