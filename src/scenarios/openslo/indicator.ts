import type {Problem} from '../problems.js'
import type {PromqlReader} from '../promql-reader.js'
import {problemAt} from '../schema-problems.js'
import type {Path, YamlFile} from '../yaml-file.js'
import type {SloObjects} from './objects.js'
import type {Metric} from './schema.js'

/** What cannot be used, and why: thrown while one SLO is read, and told at its place. */
export class Unusable extends Error {
  override readonly name = 'Unusable'
  readonly problem: Problem
  /** The file is wrong, not only beyond what can be judged here. */
  readonly mistake: boolean

  constructor(problem: Problem, {mistake}: {mistake: boolean}) {
    super(problem.message)
    this.problem = problem
    this.mistake = mistake
  }
}

/** Where an indicator is read, and with what. */
export interface Reading {
  file: YamlFile
  objects: SloObjects
  promql: PromqlReader
  /** Expressions of the recording rules, by the name that they record. */
  recorded: ReadonlyMap<string, string[]>
  remark(file: YamlFile, path: Path, message: string): void
}

/** A query of Prometheus, and where it stands. */
export interface Query {
  text: string
  path: Path
}

/** Which counters stand behind a query; `selector` is of raw counters, whatever the query made of them. */
export interface Counters {
  selector: string
  grouping?: string
}

/** The query of a metric. Throws Unusable when it is not one of Prometheus, or is wrong. */
export const queryOf = ({metricSource}: Metric, path: Path, {file, objects, promql}: Reading): Query => {
  const at = [...path, 'metricSource']
  const {type, metricSourceRef: source, spec} = metricSource
  const kind = type ?? (source === undefined ? undefined : objects.sources.get(source))
  if (kind === undefined) {
    const message =
      source === undefined
        ? 'the metric source has no type: expected "type: Prometheus"'
        : `there is no DataSource "${source}" in these files, and no type: expected "type: Prometheus"`
    throw new Unusable(problemAt(file, at, message), {mistake: true})
  }
  if (kind.toLowerCase() !== 'prometheus') {
    throw new Unusable(problemAt(file, [...at, 'type'], `${kind} cannot be asked: only Prometheus can`), {
      mistake: false,
    })
  }
  if (spec.query === undefined)
    throw new Unusable(problemAt(file, [...at, 'spec'], 'there is no "query"'), {mistake: true})
  const query = {text: spec.query.trimEnd(), path: [...at, 'spec', 'query']}
  const wrong = promql.check(query.text)
  if (wrong) {
    const place = {...problemAt(file, query.path, wrong.message), ...file.locateIn(query.path, wrong.offset)}
    throw new Unusable(place, {mistake: !wrong.unsupported})
  }
  return query
}

const looksLikeCounter = /_(total|count|bucket|sum)(?=\{|$)/

/**
 * The counters behind an expression. A recorded series stands for the expression that it is recorded from. Undefined
 * when there is no growth of counters to be seen in it.
 */
const countersIn = (
  expression: string,
  counter: boolean | undefined,
  reading: Reading,
): Counters | undefined => {
  const {promql, recorded} = reading
  const shape = promql.counters(expression)
  if (shape === undefined) return undefined
  const [from, ...more] = recorded.get(shape.selector) ?? []
  if (from !== undefined) {
    return more.length === 0 && shape.of === 'value' ? countersIn(from, counter, reading) : undefined
  }
  if (promql.metrics(shape.selector).some((name) => recorded.has(name))) return undefined
  if (shape.of === 'value' && !(counter ?? looksLikeCounter.test(shape.selector))) return undefined
  const {selector, grouping} = shape
  return grouping === undefined ? {selector} : {selector, grouping}
}

/** The same of a query in the file; says when it sums up what the query keeps apart. */
export const countersOf = (
  {text, path}: Query,
  counter: boolean | undefined,
  reading: Reading,
): Counters | undefined => {
  const found = countersIn(text, counter, reading)
  if (found?.grouping !== undefined) {
    reading.remark(reading.file, path, `its series, kept apart ${found.grouping}, are judged together as one`)
  }
  return found
}

/** The query with the phase in place of its ranges. Throws Unusable when it reads other times than the phase. */
export const overPhase = ({text, path}: Query, {file, promql}: Reading): string => {
  const phased = promql.withRange(text, '$phase')
  if (typeof phased === 'string') return phased
  throw new Unusable(
    {...problemAt(file, path, phased.problem), ...file.locateIn(path, phased.offset)},
    {mistake: false},
  )
}
