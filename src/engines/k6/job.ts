import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {askProgram} from '../../clients/child-process.js'
import {messageOf, UserError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import type {ScriptSpec} from '../../scenarios/scenario.js'
import {entryUrl} from '../../system/entry.js'
import {environment} from '../../system/environment.js'
import {type K6, k6Environment} from './binary.js'
import {failureOf} from './ends.js'
import {listsOf, writeLists} from './listed-times.js'
import {createLog} from './log.js'
import {optionsOf} from './options.js'
import {inputVariable} from './script/messages.js'
import {scriptInputOf} from './script-input.js'
import {type Threshold, thresholdsOf} from './thresholds.js'
import {tlsOf} from './tls.js'
import {execName, loadOptions, wrapperOf} from './wrapper.js'

/** What k6 is to run. */
export interface Job {
  script: string
  /** Beyond what every k6 of ours gets. */
  env: Record<string, string>
  /** Of the script; none in ours. */
  thresholds: readonly Threshold[]
  /** What k6 said at its end; nothing where it did not come to it. */
  summary(): Promise<unknown>
}

/** What a job is made for. */
export interface JobOrder {
  plan: Plan
  k6: K6
  /** Virtual users of each stream. */
  users: readonly number[]
  /** Where its files go. */
  folder: string
  gateUrl: string
  signal: AbortSignal
  warn(message: string): void
}

const inspectLimitMs = 60_000

/** Our own script, which sends the requests of the scenario. */
const requestsJob = async ({plan, users, folder, gateUrl, warn}: JobOrder): Promise<Job> => {
  const tls = await tlsOf(plan, folder, warn)
  const execs = plan.streams.map(() => 'send')
  const lists = listsOf(plan)
  const listed = lists.map((list) => list?.length)
  const options = {...optionsOf(plan, {users, execs, listed}), ...tls.options}
  const input = scriptInputOf(plan, {users, options, lists: await writeLists(lists, folder), gateUrl})
  const path = join(folder, 'input.json')
  await writeFile(path, JSON.stringify(input))
  return {
    script: fileURLToPath(entryUrl('engines/k6/script.js')),
    // Like pacer, it sends to the endpoint itself, whatever proxy the shell names.
    env: {...tls.env, NO_PROXY: '*', no_proxy: '*', [inputVariable]: path},
    thresholds: [],
    summary: async () => undefined,
  }
}

/** The script's own options; throws UserError when k6 cannot load it. */
const inspect = async ({path, env}: ScriptSpec, {k6, signal}: JobOrder): Promise<Record<string, unknown>> => {
  const start = {args: ['inspect', '--log-format=json', path], env: k6Environment(environment(), env)}
  const {stdout, stderr, ...end} = await askProgram(k6.path, start, {limitMs: inspectLimitMs, signal})
  const log = createLog()
  log.write(`${stderr}\n`)
  const failure = failureOf(end, log, path)
  if (failure !== undefined) throw failure
  try {
    return JSON.parse(stdout)
  } catch (cause) {
    throw new UserError(`k6 cannot tell the options of ${path}: ${messageOf(cause)}`, {cause})
  }
}

const has = (value: unknown): boolean =>
  value !== null && value !== undefined && !(typeof value === 'object' && Object.keys(value).length === 0)

const warnings = (options: Record<string, unknown>): string[] => {
  const unused = loadOptions.filter((name) => has(options[name]))
  return [
    ...(unused.length > 0
      ? [
          `the script's own ${unused.join(', ')} are not used: the scenario's profile says how much load there is`,
        ]
      : []),
    'latencies are from the send, not from the intended time, because the requests are those of a script',
  ]
}

/** A user's script, in our wrapper. */
const scriptJob = async (script: ScriptSpec, order: JobOrder): Promise<Job> => {
  const {plan, users, folder, gateUrl, warn} = order
  const own = await inspect(script, order)
  const thresholds = thresholdsOf(own)
  for (const message of warnings(own)) warn(message)
  const execs = plan.streams.map((_stream, index) => execName(index))
  const [optionsPath, summaryPath] = [join(folder, 'options.json'), join(folder, 'summary.json')]
  const tls = await tlsOf(plan, folder, warn)
  const lists = listsOf(plan)
  const listed = lists.map((list) => list?.length)
  const options = {...optionsOf(plan, {users, execs, thresholds, listed}), ...tls.options}
  const listPaths = await writeLists(lists, folder)
  await writeFile(optionsPath, JSON.stringify(options))
  const streams = plan.streams.map(({name}) => name)
  const wrapper = join(folder, 'wrapper.js')
  const specifier = `file://${encodeURI(script.path)}`
  await writeFile(wrapper, wrapperOf({specifier, streams, listPaths, optionsPath, summaryPath, gateUrl}))
  return {
    script: wrapper,
    env: {...tls.env, ...script.env},
    thresholds,
    summary: async () => {
      const text = await readFile(summaryPath, 'utf8').catch(() => undefined)
      return text === undefined ? undefined : JSON.parse(text)
    },
  }
}

/** Writes what k6 is to run; throws UserError when a user's script cannot be loaded. */
export const writeJob = async (order: JobOrder): Promise<Job> => {
  const {script} = order.plan.scenario.load
  return script === undefined ? await requestsJob(order) : await scriptJob(script, order)
}
