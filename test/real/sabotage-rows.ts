import {setTimeout as sleep} from 'node:timers/promises'
import {
  byPrometheus,
  byScript,
  datedPage,
  datesItself,
  latency,
  plain,
  type Sabotage,
  script,
  seenInForce,
  whenLoadFlows,
} from './sabotage-groups.js'
import {strangerAt, until} from './sabotage-stage.js'

/** What goes wrong with the load and the metrics. */
export const loadSabotages: Sabotage[] = [
  {
    what: 'generator starved: one request in flight',
    group: plain,
    before: ({front}) => {
      front.mood.delayMs = 60
    },
    parts: {
      load: '{profile: {constant: 60/s}, timeout: 2s, max-in-flight: 1, requests: [{name: front, get: /, endpoint: front}]}',
    },
    because: /load arrived/,
  },
  {
    what: 'generator stopped for 1.5 s',
    group: plain,
    during: async (stage, {child}) => {
      await whenLoadFlows(stage)
      child.kill('SIGSTOP')
      await sleep(1_500)
      child.kill('SIGCONT')
    },
    because: /generator on time|load arrived/,
  },
  {
    what: 'rate far above what can be sent',
    group: plain,
    parts: {
      load: '{profile: {constant: 20000/s}, timeout: 2s, max-in-flight: 50, requests: [{name: front, get: /, endpoint: front}]}',
      phases: '{warm-up: 0s, baseline: 1s, fault: 2s, recovery: 1s}',
    },
    because: /load arrived/,
  },
  {
    what: 'metrics page gone mid-run',
    group: plain,
    during: async (stage) => {
      await seenInForce(stage)
      stage.front.mood.page = () => undefined
    },
    because: /stale|no sample|no data/,
  },
  {
    what: 'an old cached metrics page',
    group: plain,
    during: async (stage) => {
      await whenLoadFlows(stage)
      let cached: string | undefined
      stage.front.mood.page = (honest) => {
        cached ??= honest
        return cached
      }
    },
    because: /no data|counted no events/,
  },
  {
    what: 'metrics of another service',
    group: plain,
    before: ({front}) => {
      front.mood.page = (honest) => honest.replaceAll('http_requests', 'cron_requests')
    },
    because: /no data: no series matches/,
  },
  {
    what: 'baseline sick',
    group: plain,
    during: async (stage) => {
      stage.front.mood.failing = 0.5
      await until(async () => (await strangerAt(stage).ownToxics()).length > 0)
      stage.front.mood.failing = 0
    },
    because: /baseline good/,
  },
  {
    what: 'nothing listens where the load is sent',
    group: plain,
    target: (target) => {
      target.endpoints = {front: 'http://127.0.0.1:9'}
    },
    because: /no data|no events/,
  },
  {
    // Without those below it, too: where all are quicker than a lower bound, they are below the one asked for.
    what: 'histogram without the bucket asked for',
    group: latency,
    before: ({front}) => {
      front.mood.page = (honest) => honest.replace(/^.*le="0\.\d+".*\n/gm, '')
    },
    because: /bucket/,
  },
  {
    what: 'counters that begin anew all the time',
    group: plain,
    before: ({front}) => {
      front.mood.page = (honest) => honest.replace(/\} (\d+)$/gm, (_, value) => `} ${Number(value) % 50}`)
    },
    because: /counters kept counting/,
  },
  {
    what: 'samples dated 30 s ahead',
    group: datesItself,
    before: datedPage(30_000),
    because: /clocks agree: .*30.* ahead/,
  },
  {
    what: 'samples dated 2 s ahead',
    group: datesItself,
    before: datedPage(2_000),
    because: /clocks agree: .* ahead/,
  },
  {
    what: 'samples dated 30 s behind',
    group: datesItself,
    before: datedPage(-30_000),
    because: /stale data|no data/,
  },
  {
    what: 'Prometheus frozen mid-run',
    group: byPrometheus,
    during: async (stage) => {
      await until(async () => (await strangerAt(stage).ownToxics()).length > 0)
      await sleep(500)
      const pid = stage.prometheus?.pid ?? 0
      if (pid > 0) process.kill(pid, 'SIGSTOP')
      await sleep(3_000)
      if (pid > 0) process.kill(pid, 'SIGCONT')
    },
    because: /metrics fresh|stale/,
  },
  {
    what: 'a script that sends nothing',
    group: byScript,
    before: script('send.js', 'export default () => {}'),
    because: /load started: no request was sent/,
  },
]
