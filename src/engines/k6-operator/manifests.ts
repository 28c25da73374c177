import {stringify} from 'yaml'
import {UserError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import {planFromPods} from '../k6/cluster/place.js'
import {usersOf} from '../k6/virtual-users.js'
import {type LoadFiles, loadFiles} from './load-files.js'
import type {ClusterOrder} from './order.js'
import {usersForRunners} from './segments.js'
import {configMapOf, testRunOf} from './test-run.js'

/** Files by their paths below the folder that they are written to. */
export type Manifests = Record<string, string>

/** The most that the API server takes of a ConfigMap, its values together. */
const mostBytes = 2 ** 20
/** A name of ours, with what the operator adds to it, is a label of at most 63 characters. */
const longestName = 40

/** A scenario's name as Kubernetes takes names. */
export const clusterName = (scenario: string): string => {
  const fit = `shakedown-${scenario}`.toLowerCase().replace(/[^a-z0-9-]+/g, '-')
  return fit.slice(0, longestName).replace(/-+$/, '')
}

/** Each user hands out rows of its own; those of different runners have the same numbers. */
export const checkRows = ({scenario}: Plan, {runners}: {runners: number}): void => {
  if (runners > 1 && /\{\{\s*next\s/.test(JSON.stringify(scenario.load.streams)))
    throw new UserError('{{next}} takes rows in turn, and runners in a cluster do not know of each other', {
      hint: 'Use {{pick}}, which draws by the number of the arrival, or one runner.',
    })
}

/** Throws UserError, with what to do, when a ConfigMap cannot take these files. */
export const checkSize = (files: Readonly<Record<string, string>>, hint: string): void => {
  const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  if (bytes <= mostBytes) return
  throw new UserError(
    `The files of this load are ${(bytes / 2 ** 20).toFixed(1)} MiB, and a ConfigMap takes 1 MiB`,
    {hint},
  )
}

const yamlOf = (object: unknown): string => stringify(object, {lineWidth: 0, aliasDuplicateObjects: false})

const filesInOrder = ({files}: LoadFiles): [string, string][] =>
  Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1))

/**
 * The manifests that make a plan's load in a cluster with the k6-operator: the same for the same plan and order. Throws
 * UserError for what cannot run there.
 */
export const manifestsOf = (asked: Plan, order: ClusterOrder): Manifests => {
  const plan = planFromPods(asked)
  if (plan.scenario.load.connection?.tls !== undefined)
    throw new UserError('The certificates of the scenario (load.tls) are not written into manifests', {
      hint: 'They would be there for everybody to read. `shakedown run` hands them to its pods; or leave `tls` out.',
    })
  checkRows(plan, order)
  const users = usersForRunners(usersOf(plan), order.runners)
  const load = loadFiles(plan, {users, runners: order.runners})
  const files = Object.fromEntries(filesInOrder(load))
  const name = clusterName(plan.scenario.name)
  const usersPerRunner = users.reduce((sum, count) => sum + count, 0) / order.runners
  const {env = {}} = plan.scenario.load.script ?? {}
  const testRun = yamlOf(testRunOf({name, file: load.main, env, usersPerRunner}, order))
  if (order.claim !== undefined) {
    const onClaim = Object.entries(files).map(([file, text]) => [`test/${file}`, text])
    return {...Object.fromEntries(onClaim), 'testrun.yaml': testRun}
  }
  checkSize(
    files,
    'Name a volume claim that they are to be on (--claim): they are then written to the folder test/.',
  )
  return {'configmap.yaml': yamlOf(configMapOf(name, files, order)), 'testrun.yaml': testRun}
}
