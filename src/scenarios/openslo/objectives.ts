import {problemAt} from '../schema-problems.js'
import type {Path} from '../yaml-file.js'
import {countersOf, overPhase, type Query, queryOf, type Reading, Unusable} from './indicator.js'
import type {IndicatorSpec, Metric, Objective} from './schema.js'

/** An objective as it would be written in a scenario, without its name. */
export type Written =
  | {good: string; total: string; target: string}
  | {bad: string; total: string; target: string}
  | {query: string; expect: string}

/** Removes what decimal fractions pick up in binary. */
const tidy = (value: number): number => Number(value.toPrecision(12))
const percent = (share: number): string => `${tidy(share * 100)}%`

/** An indicator, where it stands, and the objective that is made of it. */
export interface Asked {
  spec: IndicatorSpec
  /** Of the indicator's spec, in `reading.file`. */
  path: Path
  objective: Objective
  /** Smallest share of good events. */
  target: number
  reading: Reading
}

const fail = ({reading, path}: Asked, keys: Path, message: string): never => {
  throw new Unusable(problemAt(reading.file, [...path, ...keys], message), {mistake: true})
}

/** On one line, unless a line's end means something in it. */
const oneLine = (query: string): string => (/[#`]/.test(query) ? query : query.trim().replace(/\s+/g, ' '))

const asQuery = (asked: Asked, at: Path, text: string, expect: string): Written => {
  const {reading} = asked
  const query = oneLine(text)
  const message = `not a share of counted events: judged once at the end of each phase, as ${query} ${expect}`
  reading.remark(reading.file, at, message)
  return {query, expect}
}

/** Values that go up and down: there is nothing in them to count, and no end of a phase that stands for all of it. */
const refuseGauges = (asked: Asked, parts: readonly Query[]): void => {
  const {spec, reading} = asked
  const gauge = parts.find(({text}) => reading.promql.counters(text)?.of === 'value')
  if (gauge === undefined || reading.promql.metrics(gauge.text).some((name) => reading.recorded.has(name)))
    return
  const why = spec.ratioMetric?.counter === false ? '"counter: false"' : 'without "counter: true"'
  const message = `${why}, ${gauge.text} is no counter whose growth could be counted; ask for sum(increase(…)) of one`
  throw new Unusable(problemAt(reading.file, gauge.path, message), {mistake: false})
}

const ratio = (asked: Asked, name: 'good' | 'bad', part: Metric, whole: Metric): Written => {
  const {spec, path, target, reading} = asked
  const at = [...path, 'ratioMetric']
  const counter = spec.ratioMetric?.counter
  const some = queryOf(part, [...at, name], reading)
  const all = queryOf(whole, [...at, 'total'], reading)
  const [counted, total] = [countersOf(some, counter, reading), countersOf(all, counter, reading)]
  if (counted && total) {
    const common = {total: total.selector, target: percent(target)}
    return name === 'good' ? {good: counted.selector, ...common} : {bad: counted.selector, ...common}
  }
  refuseGauges(asked, [some, all])
  const share = `(${overPhase(some, reading)}) / (${overPhase(all, reading)})`
  return asQuery(asked, some.path, name === 'good' ? share : `1 - ${share}`, `>= ${tidy(target)}`)
}

/** A ratio that is computed already; when it is one of counters, these are counted. */
const raw = (asked: Asked, metric: Metric): Written => {
  const {spec, path, target, reading} = asked
  const rawType = spec.ratioMetric?.rawType
  if (rawType === undefined) return fail(asked, ['ratioMetric', 'raw'], 'needs "rawType": success or failure')
  const query = queryOf(metric, [...path, 'ratioMetric', 'raw'], reading)
  const sides = reading.promql.quotient(query.text)
  const part = sides && countersOf({...query, text: sides.part}, undefined, reading)
  const whole = sides && countersOf({...query, text: sides.whole}, undefined, reading)
  if (part && whole) {
    const common = {total: whole.selector, target: percent(target)}
    return rawType === 'success' ? {good: part.selector, ...common} : {bad: part.selector, ...common}
  }
  const expect = rawType === 'success' ? `>= ${tidy(target)}` : `<= ${tidy(1 - target)}`
  return asQuery(asked, query.path, overPhase(query, reading), expect)
}

const comparators = {lt: '<', lte: '<=', gt: '>', gte: '>='} as const

const threshold = (asked: Asked, metric: Metric): Written => {
  const {path, objective, reading} = asked
  const {op, value} = objective
  if (op === undefined || value === undefined)
    return fail(asked, ['thresholdMetric'], 'its objective needs "op" and "value" to compare with')
  const query = queryOf(metric, [...path, 'thresholdMetric'], reading)
  return asQuery(asked, query.path, overPhase(query, reading), `${comparators[op]} ${value}`)
}

/** Makes an objective of an indicator. Throws Unusable, with the place, when that cannot be done. */
export const written = (asked: Asked): Written => {
  const {thresholdMetric, ratioMetric} = asked.spec
  if (thresholdMetric && ratioMetric) {
    return fail(
      asked,
      ['thresholdMetric'],
      'an indicator is a "thresholdMetric" or a "ratioMetric", not both',
    )
  }
  if (thresholdMetric) return threshold(asked, thresholdMetric)
  if (!ratioMetric) return fail(asked, [], 'there is neither a "ratioMetric" nor a "thresholdMetric"')
  const {good, bad, total, raw: ready} = ratioMetric
  const given = [good, bad, ready].filter((metric) => metric !== undefined)
  if (given.length !== 1) return fail(asked, ['ratioMetric'], 'expected one of "good", "bad" and "raw"')
  if (ready) return raw(asked, ready)
  if (!total) return fail(asked, ['ratioMetric'], 'there is no "total"')
  if (good) return ratio(asked, 'good', good, total)
  return bad
    ? ratio(asked, 'bad', bad, total)
    : fail(asked, ['ratioMetric'], 'there is no "good" and no "bad"')
}
