import {createRequire} from 'node:module'

const require = createRequire(import.meta.url)

/** Loads one file of a package, or the whole package when a later version keeps that file elsewhere. */
const load = (file: string, whole: () => unknown): unknown => {
  try {
    return require(file)
  } catch {
    return whole()
  }
}

/*
 * Whole, undici and prom-client cost each of a dozen processes 100 ms of CPU at its start and 10 MB; the parts that a
 * service uses cost a quarter of that. Their files have no types of their own; the casts give them the package's.
 */
type Undici = typeof import('undici')
type Prometheus = typeof import('prom-client')

/** A pool that can `request`; undici adds that method to its dispatchers only in the package's main file. */
const loadPool = (): unknown => {
  try {
    const LeanPool = require('undici/lib/dispatcher/pool.js')
    LeanPool.prototype.request = require('undici/lib/api/api-request.js')
    return LeanPool
  } catch {
    return require('undici').Pool
  }
}

export const Pool = loadPool() as Undici['Pool']

const prometheus = <Name extends 'Counter' | 'Gauge' | 'Histogram' | 'Registry'>(name: Name) =>
  load(`prom-client/lib/${name.toLowerCase()}.js`, () => require('prom-client')[name]) as Prometheus[Name]

export const Counter = prometheus('Counter')
export const Gauge = prometheus('Gauge')
export const Histogram = prometheus('Histogram')
export const Registry = prometheus('Registry')

/** One of the groups of metrics that `collectDefaultMetrics` consists of; nothing when there is no such group. */
export const processMetrics = (
  group: string,
): ((registry: InstanceType<Prometheus['Registry']>, options: object) => void) =>
  load(`prom-client/lib/metrics/${group}.js`, () => () => {}) as ReturnType<typeof processMetrics>
