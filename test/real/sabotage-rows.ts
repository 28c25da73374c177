import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import type {Running} from '../e2e/cli.js'
import type {Parts, Stage, TargetText} from './sabotage-stage.js'
import {strangerAt, until} from './sabotage-stage.js'

/** What a group of runs has in common: with nothing sabotaged, it passes. */
export interface Group {
  name: string
  parts?: Partial<Parts>
  target?: (target: TargetText) => void
  args?: (stage: Stage) => string[]
  /** A tool that must be there. */
  needs?: 'prometheus' | 'k6'
  before?: (stage: Stage) => Promise<void> | void
}

/** One way in which an experiment shows nothing. */
export interface Sabotage {
  what: string
  group: Group
  parts?: Partial<Parts>
  target?: (target: TargetText) => void
  args?: (stage: Stage) => string[]
  /** Before the run begins. */
  before?: (stage: Stage) => Promise<void> | void
  /** While it goes on. */
  during?: (stage: Stage, running: Running) => Promise<void>
  /** Must be among the reasons. */
  because: RegExp
}

const plain: Group = {name: 'latency on front->a'}
const down: Group = {name: 'front->a down', parts: {fault: 'down: {edge: front->a}'}}
const kill: Group = {
  name: 'shop-1 killed',
  parts: {fault: 'kill: {workload: shop, replica: shop-1}'},
}
const latency: Group = {
  name: 'latency objective',
  parts: {
    objective:
      '{name: in time, latency: \'http_request_duration_seconds{job="front"}\', below: 500ms, target: 90%, during: [fault]}',
  },
}
/** Dated as OpenMetrics and some exporters do; `aheadMs` off. */
const dated = (aheadMs: number) => (honest: string) =>
  honest.replace(/^(\w.*) (\d+)$/gm, (_, series, value) => `${series} ${value} ${Date.now() + aheadMs}`)
const datedPage =
  (aheadMs: number) =>
  ({front}: Stage) => {
    front.mood.page = dated(aheadMs)
  }
const datesItself: Group = {name: 'samples dated by the target', before: datedPage(0)}
const byPrometheus: Group = {
  name: 'a real Prometheus',
  needs: 'prometheus',
  args: ({prometheus}) => ['--prometheus', prometheus?.url ?? ''],
}

const script =
  (name: string, text: string) =>
  (stage: Stage): void => {
    const body = text.replaceAll('FRONT', stage.front.url)
    writeFileSync(join(stage.user.home, name), `import http from 'k6/http'\n${body}\n`)
  }
const byScript: Group = {
  name: 'a k6 script',
  needs: 'k6',
  before: script('send.js', "export default () => { http.get('FRONT/', {tags: {name: 'front'}}) }"),
  parts: {load: '{profile: {constant: 60/s}, timeout: 2s, script: ./send.js}'},
}

export const groups = [plain, down, kill, latency, datesItself, byPrometheus, byScript]

/** Once the fault is in force, and a look has seen it. */
const seenInForce = async (stage: Stage): Promise<void> => {
  await until(async () => (await strangerAt(stage).ownToxics()).length > 0)
  await sleep(1_900)
}

const whenLoadFlows = async ({front}: Stage): Promise<void> => {
  const before = front.answered()
  await until(() => front.answered() > before + 60)
}

const killReplica = (stage: Stage, name: string): void => {
  const pid = stage.system.control.replicas().find((replica) => replica.name === name)?.pid
  if (pid !== undefined && pid > 0) process.kill(pid, 'SIGKILL')
}

const onOwnToxic = async (stage: Stage, act: (name: string) => Promise<void>): Promise<void> => {
  for (const name of await strangerAt(stage).ownToxics()) await act(name)
}

export const sabotages: Sabotage[] = [
  {
    what: 'toxic on an edge that nobody uses',
    group: plain,
    parts: {fault: 'latency: {edge: front->b, delay: 300ms}'},
    because: /fault f1 took effect/,
  },
  {
    what: 'toxicity set to 0 by somebody else',
    group: plain,
    during: async (stage) => {
      await seenInForce(stage)
      await onOwnToxic(stage, (name) => strangerAt(stage).change('a', name, {toxicity: 0}))
    },
    because: /fault f1 stayed in force.*changed/,
  },
  {
    what: 'proxy bypassed by the caller',
    group: plain,
    before: ({front}) => {
      front.mood.bypass = true
    },
    because: /fault f1 took effect/,
  },
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
    what: 'one replica fewer than the target says',
    group: plain,
    target: (target) => {
      target.workloads = {shop: ['shop-1', 'shop-2', 'shop-3']}
    },
    because: /replicas as the target says: .*2 of 3 of shop \(not shop-3\)/,
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
    what: 'fault removed by somebody else',
    group: plain,
    during: async (stage) => {
      await seenInForce(stage)
      await onOwnToxic(stage, (name) => strangerAt(stage).remove('a', name))
    },
    because: /fault f1 stayed in force.*lost toxic/,
  },
  {
    what: 'proxies reset by somebody else',
    group: plain,
    during: async (stage) => {
      await seenInForce(stage)
      await strangerAt(stage).reset()
    },
    because: /fault f1 stayed in force.*lost toxic/,
  },
  {
    what: 'closed proxy opened by somebody else',
    group: down,
    during: async (stage) => {
      await until(async () => !(await strangerAt(stage).isOpen('a')))
      await sleep(2_300)
      await strangerAt(stage).open('a', true)
    },
    because: /fault f1 stayed in force.*was opened/,
  },
  {
    what: "another run's toxic on the edge",
    group: plain,
    during: async (stage) => {
      await seenInForce(stage)
      await strangerAt(stage).add('a', '20260102-030405-elsewhere-beef_f1')
    },
    because: /no other run on the target: 1 other run \(20260102-030405-elsewhere-beef\)/,
  },
  {
    what: 'another replica restarted by somebody else',
    group: plain,
    during: async (stage) => {
      await seenInForce(stage)
      killReplica(stage, 'shop-2')
    },
    because: /replicas restarted by nobody else.*shop-2/,
  },
  {
    what: 'victim replaced before it was killed',
    group: kill,
    during: async (stage) => {
      await whenLoadFlows(stage)
      killReplica(stage, 'shop-1')
    },
    because: /replicas restarted by nobody else.*before any fault|replicas as the target says/,
  },
  {
    what: 'histogram without the bucket asked for',
    group: latency,
    before: ({front}) => {
      front.mood.page = (honest) => honest.replace(/^.*le="0.5".*\n/m, '')
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
    what: 'samples dated 2 s behind',
    group: datesItself,
    before: datedPage(-2_000),
    because: /clocks agree: .* behind/,
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
