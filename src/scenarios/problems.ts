import {UserError} from '../errors.js'

/** One thing that is wrong in a file. Lines and columns count from 1. */
export interface Problem {
  /** The file as the user named it. */
  path: string
  line: number
  column: number
  /** Where in the structure: `faults[1].latency.delay`; empty for the file as a whole. */
  where: string
  message: string
}

/** `payment-slow.yaml:14:5 faults[1].latency.delay: expected …`, which editors and terminals make clickable. */
export const formatProblem = ({path, line, column, where, message}: Problem): string =>
  `${path}:${line}:${column} ${where === '' ? '' : `${where}: `}${message}`

const plural = (count: number): string => (count === 1 ? '1 problem' : `${count} problems`)

/** In the order of lines: of the file itself first, then of those that it names. */
export const inOrder = (path: string, problems: readonly Problem[]): Problem[] => {
  const files = [...new Set([path, ...problems.map((problem) => problem.path)])]
  return problems.toSorted(
    (a, b) => files.indexOf(a.path) - files.indexOf(b.path) || a.line - b.line || a.column - b.column,
  )
}

/** Everything that is wrong with one file, in the order of its lines. */
export class ProblemsError extends UserError {
  readonly problems: Problem[]

  constructor(path: string, problems: Problem[]) {
    const sorted = inOrder(path, problems)
    super([`${path} has ${plural(problems.length)}`, ...sorted.map(formatProblem)].join('\n  '))
    this.problems = sorted
  }
}
