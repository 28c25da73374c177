import {readFileSync} from 'node:fs'
import {basename} from 'node:path'
import {UserError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import type {ScriptSpec} from '../../scenarios/scenario.js'
import {k6Port} from '../k6/cluster/runner-script.js'
import {listsOf} from '../k6/listed-times.js'
import {optionsOf} from '../k6/options.js'
import {inputFile} from '../k6/script/messages.js'
import {scriptInputOf} from '../k6/script-input.js'
import {execName, wrapperOf} from '../k6/wrapper.js'
import {flatModules} from './flat-modules.js'

/** The files of a load, without folders, and the one that k6 is to run. */
export interface LoadFiles {
  main: string
  files: Record<string, string>
}

interface Lists {
  /** Numbers of arrivals, for k6's options. */
  listed: (number | undefined)[]
  paths: (string | null)[]
  files: Record<string, string>
}

const listFiles = (plan: Plan): Lists => {
  const lists = listsOf(plan)
  const nameOf = (index: number): string => `arrivals-${index}.json`
  return {
    listed: lists.map((list) => list?.length),
    paths: lists.map((list, index) => (list === undefined ? null : `./${nameOf(index)}`)),
    files: Object.fromEntries(
      lists.flatMap((list, index) => (list === undefined ? [] : [[nameOf(index), JSON.stringify(list)]])),
    ),
  }
}

/** Where a script reaches k6's own REST interface; nobody can be asked from inside a pod but that. */
const holdUrl = `http://127.0.0.1:${k6Port}/v1/setup`
/** What our own requests tell of themselves under other names; each tag more makes more series. */
const fewTags = {systemTags: ['name', 'status', 'scenario'], setupTimeout: '30m'}

const requestsFiles = (plan: Plan, {users, runners, pushedSeconds}: LoadFilesOrder): LoadFiles => {
  const {main, files} = flatModules('engines/k6/script.js')
  const {listed, paths, files: lists} = listFiles(plan)
  const usual = optionsOf(plan, {users, execs: plan.streams.map(() => 'send'), listed, runners})
  const pushed = pushedSeconds === undefined ? undefined : {seconds: pushedSeconds, holdUrl}
  const options = {...usual, ...(pushed && fewTags)}
  const input = scriptInputOf(plan, {users, options, lists: paths, ...(pushed && {pushed})})
  return {main, files: {...files, ...lists, [inputFile]: JSON.stringify(input)}}
}

/** How the files are to be made. */
export interface LoadFilesOrder {
  /** Virtual users of each stream, of all runners together. */
  users: readonly number[]
  runners: number
  /** Where k6 is to leave what it says at the end of a user's script; its thresholds are then kept. */
  summaryPath?: string
  /** They are held before the load, and push what a Prometheus adds up: due seconds are told modulo this. */
  pushedSeconds?: number
}

/** What a script reads beside itself: a ConfigMap has no folders for it. */
const neighbour =
  /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*|\bopen\s*\(\s*)['"`](\.{0,2}\/[^'"`]+|[^'"`:]+\.\w+)['"`]/

const scriptFiles = (
  script: ScriptSpec,
  plan: Plan,
  {users, runners, summaryPath, pushedSeconds}: LoadFilesOrder,
): LoadFiles => {
  const text = readFileSync(script.path, 'utf8')
  const beside = neighbour.exec(text)?.[1]
  if (beside !== undefined && !/^k6(\/|$)|^https?:/.test(beside))
    throw new UserError(`${script.path} reads ${beside}, which would not be there in the cluster`, {
      hint: 'Bundle the script into one file (esbuild --bundle --format=esm --external:k6 --external:k6/*), or build an image that holds all of it.',
    })
  const name = basename(script.path)
  const {listed, paths, files} = listFiles(plan)
  const execs = plan.streams.map((_stream, index) => execName(index))
  const judged = summaryPath === undefined ? undefined : flatModules('engines/k6/script/judged.js')
  const hold = pushedSeconds === undefined ? undefined : flatModules('engines/k6/script/hold.js')
  const wrapper = wrapperOf({
    specifier: `./${name}`,
    before: './environment.js',
    streams: plan.streams.map((stream) => stream.name),
    listPaths: paths,
    optionsPath: './options.json',
    ...(summaryPath !== undefined && {summaryPath}),
    ...(judged && {judged: `./${judged.main}`}),
    ...(hold &&
      pushedSeconds !== undefined && {
        held: {module: `./${hold.main}`, url: holdUrl, seconds: pushedSeconds},
      }),
  })
  return {
    main: 'shakedown.js',
    files: {
      ...files,
      ...judged?.files,
      ...hold?.files,
      'shakedown.js': wrapper,
      // The runners have it from their pods, but the initializer's `k6 archive` does not look there.
      'environment.js': `Object.assign(__ENV, ${JSON.stringify(script.env)})\n`,
      'options.json': JSON.stringify(optionsOf(plan, {users, execs, listed, runners})),
      [name]: text,
    },
  }
}

/** All that k6 needs to make the load of a plan. Throws UserError. */
export const loadFiles = (plan: Plan, order: LoadFilesOrder): LoadFiles => {
  const {script} = plan.scenario.load
  return script === undefined ? requestsFiles(plan, order) : scriptFiles(script, plan, order)
}
