import {solve} from './linear-system.js'

/** One measured size: `n` replicas carry `rate` requests a second. */
export interface ScalePoint {
  n: number
  rate: number
}

/**
 * The Universal Scalability Law (N. J. Gunther): rate(n) = lambda n / (1 + alpha (n - 1) + beta n (n - 1)). alpha is
 * contention (what cannot be done side by side), beta coherence (what each must agree on with each other).
 */
export interface Usl {
  lambda: number
  alpha: number
  beta: number
}

/** What the law says of a size. */
export const uslRate = ({lambda, alpha, beta}: Usl, n: number): number =>
  (lambda * n) / (1 + alpha * (n - 1) + beta * n * (n - 1))

const terms = (n: number): [number, number, number] => [1, n - 1, n * (n - 1)]

/** The parameters that are fitted: n / rate = a + b (n - 1) + c n (n - 1) = alpha, beta and 1, each over lambda. */
type Coefficients = [a: number, b: number, c: number]

const rateAt = ([a, b, c]: Coefficients, n: number): number => n / (a + b * (n - 1) + c * n * (n - 1))

const squares = (points: readonly ScalePoint[], at: Coefficients): number =>
  points.reduce((sum, {n, rate}) => sum + (rate - rateAt(at, n)) ** 2, 0)

/** One least-squares step: how the used coefficients must change so that weighted targets are met. */
const stepOf = (
  rows: readonly {terms: number[]; target: number}[],
  used: readonly number[],
): Coefficients | undefined => {
  const of = (row: {terms: number[]}, term: number): number => row.terms[term] ?? 0
  const normal = used.map((i) => used.map((j) => rows.reduce((sum, row) => sum + of(row, i) * of(row, j), 0)))
  const right = used.map((i) => rows.reduce((sum, row) => sum + of(row, i) * row.target, 0))
  const solved = solve(normal, right)
  if (!solved) return undefined
  const [a = 0, b = 0, c = 0] = [0, 1, 2].map((term) => solved[used.indexOf(term)] ?? 0)
  return [a, b, c]
}

const mostSteps = 60

/**
 * Least squares of the rates, as is usual for this law: begun where n / rate fits best, which is linear, then
 * Gauss-Newton with halved steps. `used` are the coefficients that may differ from zero.
 */
const fitWith = (points: readonly ScalePoint[], used: readonly number[]): Coefficients | undefined => {
  const begin = points.map(({n, rate}) => ({terms: terms(n).map((term) => (term * rate) / n), target: 1}))
  let at = stepOf(begin, used)
  for (let step = 0; at !== undefined && step < mostSteps; step++) {
    const from: Coefficients = at
    const rows = points.map(({n, rate}) => {
      const now = rateAt(from, n)
      return {terms: terms(n).map((term) => (-term * now * now) / n), target: rate - now}
    })
    const change = stepOf(rows, used)
    if (!change) return at
    const better = [1, 0.5, 0.25, 0.1, 0.02]
      .map((share) => from.map((value, term) => value + share * (change[term] ?? 0)) as Coefficients) // Three as before.
      .find((next) => next[0] > 0 && squares(points, next) < squares(points, from) * (1 - 1e-12))
    if (!better) return at
    at = better
  }
  return at
}

/**
 * The best law with alpha and beta not below zero: with two bounds, it is one of the four fits in which some of them are
 * held at zero. Undefined for fewer than two sizes, or rates that no law fits.
 */
export const fitUsl = (points: readonly ScalePoint[]): Usl | undefined => {
  const sizes = new Set(points.map(({n}) => n)).size
  const shapes = [[0, 1, 2], [0, 1], [0, 2], [0]].filter((used) => used.length <= sizes)
  let best: {usl: Usl; error: number} | undefined
  for (const used of shapes) {
    const [a, b, c] = fitWith(points, used) ?? []
    if (a === undefined || b === undefined || c === undefined || a <= 0 || b < 0 || c < 0) continue
    const usl = {lambda: 1 / a, alpha: b / a, beta: c / a}
    const error = squares(points, [a, b, c])
    if (best === undefined || error < best.error) best = {usl, error}
  }
  return sizes < 2 ? undefined : best?.usl
}
