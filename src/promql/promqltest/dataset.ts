import {type Labels, labelsKey} from '../labels.js'
import {matches} from '../matchers.js'
import {memoryStorage} from '../memory-storage.js'
import type {Matcher, SeriesData, Storage} from '../storage.js'
import type {Load} from './commands.js'

interface LoadedSeries {
  labels: Labels
  samples: Map<number, number | null>
}

const seriesData = ({labels, samples}: LoadedSeries): SeriesData => {
  const times = [...samples.keys()].sort((left, right) => left - right)
  return {labels, t: times, v: times.map((time) => samples.get(time) ?? null)}
}

/** What has been loaded so far, and which of it is of kinds that we do not evaluate. */
export const createDataset = () => {
  const series = new Map<string, LoadedSeries>()
  let native: Labels[] = []
  let started: Labels[] = []

  const loadOne = (labels: Labels, points: Load['series'][number]['points'], everyMs: number): void => {
    if (points.includes('histogram')) native.push(labels)
    const key = labelsKey(labels)
    const loaded = series.get(key) ?? {labels, samples: new Map()}
    series.set(key, loaded)
    points.forEach((point, index) => {
      if (typeof point === 'number') loaded.samples.set(index * everyMs, point)
      else if (point === 'stale') loaded.samples.set(index * everyMs, null)
    })
  }

  return {
    load({series: lines, everyMs, alsoNative, startTimestamps}: Load): void {
      started.push(...startTimestamps)
      for (const {labels, points} of lines) {
        loadOne(labels, points, everyMs)
        const name = labels['__name__'] ?? ''
        if (alsoNative && name.endsWith('_bucket')) {
          native.push({...labels, __name__: name.slice(0, -'_bucket'.length), le: ''})
        }
      }
    },
    clear(): void {
      series.clear()
      native = []
      started = []
    },
    /** Why a selector's answer cannot be compared with ours; undefined when it can. */
    unsupported(matchers: Matcher[]): string | undefined {
      if (native.some((labels) => matches(labels, matchers))) return 'native histograms'
      return started.some((labels) => matches(labels, matchers))
        ? 'start timestamps are experimental'
        : undefined
    },
    storage: (): Storage => memoryStorage([...series.values()].map(seriesData)),
  }
}

export type Dataset = ReturnType<typeof createDataset>
