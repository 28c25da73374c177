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

export const plain: Group = {name: 'latency on front->a'}
export const down: Group = {name: 'front->a down', parts: {fault: 'down: {edge: front->a}'}}
export const kill: Group = {
  name: 'shop-1 killed',
  parts: {fault: 'kill: {workload: shop, replica: shop-1}'},
}
export const latency: Group = {
  name: 'latency objective',
  parts: {
    objective:
      '{name: in time, latency: \'http_request_duration_seconds{job="front"}\', below: 500ms, target: 90%, during: [fault]}',
  },
}
/** Dated as OpenMetrics and some exporters do; `aheadMs` off. */
const dated = (aheadMs: number) => (honest: string) =>
  honest.replace(/^(\w.*) (\d+)$/gm, (_, series, value) => `${series} ${value} ${Date.now() + aheadMs}`)
export const datedPage =
  (aheadMs: number) =>
  ({front}: Stage) => {
    front.mood.page = dated(aheadMs)
  }
export const datesItself: Group = {name: 'samples dated by the target', before: datedPage(0)}
export const byPrometheus: Group = {
  name: 'a real Prometheus',
  needs: 'prometheus',
  args: ({prometheus}) => ['--prometheus', prometheus?.url ?? ''],
}

export const script =
  (name: string, text: string) =>
  (stage: Stage): void => {
    const body = text.replaceAll('FRONT', stage.front.url)
    writeFileSync(join(stage.user.home, name), `import http from 'k6/http'\n${body}\n`)
  }
export const byScript: Group = {
  name: 'a k6 script',
  needs: 'k6',
  before: script('send.js', "export default () => { http.get('FRONT/', {tags: {name: 'front'}}) }"),
  parts: {load: '{profile: {constant: 60/s}, timeout: 2s, script: ./send.js}'},
}

export const groups = [plain, down, kill, latency, datesItself, byPrometheus, byScript]

/** Once the fault is in force, and a look has seen it. */
export const seenInForce = async (stage: Stage): Promise<void> => {
  await until(async () => (await strangerAt(stage).ownToxics()).length > 0)
  await sleep(1_900)
}

export const whenLoadFlows = async ({front}: Stage): Promise<void> => {
  const before = front.answered()
  await until(() => front.answered() > before + 60)
}

export const killReplica = (stage: Stage, name: string): void => {
  const pid = stage.system.control.replicas().find((replica) => replica.name === name)?.pid
  if (pid !== undefined && pid > 0) process.kill(pid, 'SIGKILL')
}

export const onOwnToxic = async (stage: Stage, act: (name: string) => Promise<void>): Promise<void> => {
  for (const name of await strangerAt(stage).ownToxics()) await act(name)
}
