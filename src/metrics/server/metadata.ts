import type {ScrapeTarget} from '../../scenarios/target.js'
import {targetKey} from '../scrape-loop.js'

/** What a target says about one of its metrics. */
export interface MetricMetadata {
  type: string
  help: string
  unit: string
}

/** What the targets say about their metrics; of each target, what its last good scrape said. */
export interface MetadataBook {
  /** Reads the comments of a body in either text format; at most once a minute, as they hardly ever change. */
  read(target: ScrapeTarget, body: string, atMs: number): void
  /** By metric name; a metric that targets describe differently has several. */
  all(): Map<string, MetricMetadata[]>
}

/** No target has more metrics worth listing; more would be a mistake that must not cost memory. */
const mostPerTarget = 10_000
const longestHelp = 1024

const comment = /^# (TYPE|HELP|UNIT) ("(?:[^"\\]|\\.)*"|\S+) ?(.*)$/gm

const everyMs = 60_000

const unescapedHelp = (text: string): string =>
  text.slice(0, longestHelp).replace(/\\(\\|n|")/g, (_, sign: string) => (sign === 'n' ? '\n' : sign))

const nameOf = (text: string): string =>
  text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text

const described = (body: string): Map<string, MetricMetadata> => {
  const metrics = new Map<string, MetricMetadata>()
  for (const [, what, written = '', text = ''] of body.matchAll(comment)) {
    const name = nameOf(written)
    const known = metrics.get(name) ?? {type: 'unknown', help: '', unit: ''}
    if (what === 'TYPE') known.type = text.trim() === 'untyped' ? 'unknown' : text.trim()
    else if (what === 'HELP') known.help = unescapedHelp(text)
    else known.unit = text.trim()
    if (metrics.size < mostPerTarget) metrics.set(name, known)
  }
  return metrics
}

const sameAs =
  (one: MetricMetadata) =>
  (other: MetricMetadata): boolean =>
    one.type === other.type && one.help === other.help && one.unit === other.unit

export const metadataBook = (): MetadataBook => {
  const byTarget = new Map<string, {readMs: number; metrics: Map<string, MetricMetadata>}>()
  return {
    read: (target, body, atMs) => {
      const key = targetKey(target)
      const before = byTarget.get(key)
      if (before && atMs - before.readMs < everyMs) return
      byTarget.set(key, {readMs: atMs, metrics: described(body)})
    },
    all: () => {
      const all = new Map<string, MetricMetadata[]>()
      for (const {metrics} of byTarget.values()) {
        for (const [name, one] of metrics) {
          const known = all.get(name) ?? []
          if (!known.some(sameAs(one))) all.set(name, [...known, one])
        }
      }
      return all
    },
  }
}
