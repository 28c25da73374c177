/** Every metric of a load: what it is, for those who read it off a page. */
export const families = {
  shakedown_load_arrivals_total: {type: 'counter', help: 'Arrivals of the plan that became due.'},
  shakedown_load_requests_total: {
    type: 'counter',
    help: 'Requests that became due, by what became of them: answered, failed or skipped.',
  },
  shakedown_load_unexpected_answers_total: {
    type: 'counter',
    help: 'Of the requests answered, those with a status that they do not expect.',
  },
  shakedown_load_request_duration_seconds: {
    type: 'histogram',
    help: 'Time from the intended send to the end of the answer; a request without an answer is above every bound.',
  },
  shakedown_load_flows_started_total: {type: 'counter', help: 'Flows begun.'},
  shakedown_load_flows_total: {type: 'counter', help: 'Flows that are over: completed, or broken at a step.'},
  shakedown_load_in_flight: {type: 'gauge', help: 'Requests sent and not answered at the end of the second.'},
  shakedown_load_lateness_seconds: {
    type: 'summary',
    help: 'Time from the intended to the real send, of the last second.',
  },
  shakedown_load_cpu_ratio: {type: 'gauge', help: 'Cores that the generator used in the last second.'},
  shakedown_load_event_loop_delay_seconds: {
    type: 'summary',
    help: 'Delay of the generator beyond its timers.',
  },
  shakedown_load_gc_seconds_total: {
    type: 'counter',
    help: 'Time in which garbage collection stood the generator still.',
  },
} as const satisfies Record<string, {type: 'counter' | 'gauge' | 'histogram' | 'summary'; help: string}>

export type LoadFamily = keyof typeof families

/** One sample; `tMs` in epoch ms. */
export interface LoadSample {
  labels: Record<string, string>
  tMs: number
  value: number
}

/** One series as it stands. */
export interface LoadValue {
  family: LoadFamily
  /** Its name, which for parts of a histogram is not that of the family. */
  name: string
  labels: Record<string, string>
  value: number
}

/** All series of a load as they stand. */
export interface LoadState {
  /** `suffix`: `_bucket`, `_count` or `_sum` of a histogram. */
  add(family: LoadFamily, labels: Record<string, string>, by: number, suffix?: string): void
  set(family: LoadFamily, labels: Record<string, string>, value: number): void
  values(): LoadValue[]
  /** All of them at this time; those that are new stand at zero a second before. */
  samples(atMs: number): LoadSample[]
}

/** What every series carries beside its own labels: the generator is an instance like any that is scraped. */
export const loadInstance = {job: 'shakedown', instance: 'load'} as const

/** What only grows. */
const isCounted = (family: LoadFamily): boolean => /^(counter|histogram)$/.test(families[family].type)

interface Entry extends LoadValue {
  isNew: boolean
}

/** No series yet. */
export const createState = (): LoadState => {
  const entries = new Map<string, Entry>()
  let begun = false
  const entry = (family: LoadFamily, labels: Record<string, string>, suffix: string): Entry => {
    const name = family + suffix
    const key = JSON.stringify([name, ...Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))])
    const found = entries.get(key) ?? {family, name, labels, value: 0, isNew: true}
    entries.set(key, found)
    return found
  }
  return {
    add: (family, labels, by, suffix = '') => {
      entry(family, labels, suffix).value += by
    },
    set: (family, labels, value) => {
      entry(family, labels, '').value = value
    },
    values: () => [...entries.values()],
    samples: (atMs) => {
      const samples = [...entries.values()].flatMap((one) => {
        const labels = {__name__: one.name, ...one.labels, ...loadInstance}
        const now = {labels, tMs: atMs, value: one.value}
        const born = one.isNew && begun && isCounted(one.family)
        one.isNew = false
        return born ? [{labels, tMs: atMs - 1000, value: 0}, now] : [now]
      })
      begun = true
      return samples
    },
  }
}
