import type {RunRecord} from '../run/record.js'
import {eventsOf} from './outcome.js'
import {type Hand, handsOn, othersAtStart, proxiesSeen} from './proxy-hands.js'
import type {ValidityCheck} from './verdict.js'
import {elapsed, plural} from './words.js'

/** More are counted, not told. */
const mostTold = 3

const proxies = (amount: number): string => (amount === 1 ? '1 proxy' : `${amount} proxies`)

/** Whether the proxies were this run's alone; none for a target without proxies, or a record that does not tell. */
export const proxyChecks = (record: RunRecord): ValidityCheck[] => {
  const looked = proxiesSeen(record)
  if (looked === 0) return []
  const hands = handsOn(record)
  return [...inForce(record, hands), noOtherRun(record, hands, looked), leftAlone(record, hands, looked)]
}

const told = (record: RunRecord, hands: readonly Hand[]): string => {
  const startedMs = eventsOf(record, 'load-started')[0]?.atMs ?? 0
  const some = hands
    .slice(0, mostTold)
    .map(({atMs, proxy, what}) => `proxy ${proxy} ${what} (${elapsed(atMs - startedMs)} into the run)`)
  return [...some, ...(hands.length > mostTold ? [`${hands.length - mostTold} more`] : [])].join('; ')
}

/** A fault that somebody else took away was in force for a while only, whatever the first look at it saw. */
const inForce = (record: RunRecord, hands: readonly Hand[]): ValidityCheck[] => {
  const applied = new Set(eventsOf(record, 'fault-applied').map(({fault}) => fault))
  const {faults, target} = record.header.plan
  return faults
    .filter(({id, aim, levels}) => applied.has(id) && !levels && aim.edges.some((edge) => target.edges[edge]))
    .map(({id, fault, aim}) => {
      const own = hands.filter((hand) => hand.fault === id)
      const name = `fault ${id} stayed in force`
      const limit = 'nobody else may take it away or change it'
      if (own.length === 0) return {name, ok: true, message: `${fault} (${aim.does}) was left as it was`}
      const message = `${fault} (${aim.does}) was changed by somebody else ${plural(own.length, 'time')}, ${limit}: ${told(record, own)}`
      return {name, ok: false, message}
    })
}

const noOtherRun = (record: RunRecord, hands: readonly Hand[], looked: number): ValidityCheck => {
  const name = 'no other run on the target'
  const others = [...othersAtStart(record), ...hands].filter(({run}) => run !== undefined)
  const runs = [...new Set(others.map(({run}) => run))]
  const message =
    runs.length === 0
      ? `no toxic of another run was seen on the target's ${proxies(looked)}`
      : `${plural(runs.length, 'other run')} (${runs.join(', ')}) had toxics on the target's proxies, none may: ${told(record, others)}`
  return {name, ok: runs.length === 0, message}
}

/** Whoever else changes the edges makes it another experiment. */
const leftAlone = (record: RunRecord, hands: readonly Hand[], looked: number): ValidityCheck => {
  const name = 'proxies left to this run'
  const others = hands.filter(({run, fault}) => run === undefined && fault === undefined)
  const message =
    others.length === 0
      ? `nobody else changed any of the target's ${proxies(looked)}`
      : `somebody else changed the target's proxies ${plural(others.length, 'time')}, nobody may: ${told(record, others)}`
  return {name, ok: others.length === 0, message}
}
