import {type Check, entries, error, type Finding, field, text} from './findings.js'
import type {QueryKind} from './vocabulary.js'
import type {Path} from './yaml-file.js'

const noPhase =
  '$phase is for objectives: a guard is watched all the time, so write how far it looks back, such as [10s]'

const queryKeys = {
  good: 'selector',
  bad: 'selector',
  total: 'selector',
  latency: 'selector',
  query: 'single',
} as const

/** Several series are welcome where the objective says what of them counts. */
const kindOf = (kind: QueryKind, objective: unknown): QueryKind =>
  kind === 'single' && (text(field(objective, 'series')) ?? 'one') !== 'one' ? 'expression' : kind

/** As long as `$phase`, so that columns in messages stay right. */
const samplePhase = '10000s'

/** Every expression and selector is PromQL, and of the kind that its place needs. */
export const queriesParse: Check = (file, {checkQuery}) => {
  const check = (path: Path, expression: unknown, kind: QueryKind): Finding[] => {
    if (typeof expression !== 'string' || expression === '') return []
    if (kind === 'selector' && expression.includes('$phase'))
      return [
        error(path, '$phase is for queries: a selector names series, and they are counted in each phase'),
      ]
    const problem = checkQuery?.(expression.replaceAll('$phase', samplePhase), kind)
    return problem === undefined ? [] : [error(path, problem)]
  }
  return [
    ...entries(file['objectives']).flatMap(([index, objective]) =>
      Object.entries(queryKeys).flatMap(([key, kind]) =>
        check(['objectives', index, key], field(objective, key), kindOf(kind, objective)),
      ),
    ),
    ...entries(file['guards']).flatMap(([index, guard]) => {
      const expression = text(field(guard, 'stop-when')) ?? ''
      const path = ['guards', index, 'stop-when']
      if (expression.includes('$phase')) return [error(path, noPhase)]
      return check(path, expression, 'expression')
    }),
  ]
}
