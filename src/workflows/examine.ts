import {rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {connectToxiproxy} from '../clients/toxiproxy.js'
import {findK6} from '../engines/k6/binary.js'
import {EnvironmentError, messageOf, UserError} from '../errors.js'
import {exitCodes} from '../exit-codes.js'
import {connectPrometheus} from '../metrics/prometheus.js'
import {prometheusAsked} from '../metrics/prometheus-environment.js'
import {environment} from '../system/environment.js'
import {makeDirectory} from '../system/make-directory.js'
import {stateDirectory} from '../system/state-directory.js'
import {checkReference, findReference} from '../targets/reference.js'
import type {ClusterExamination, RightsExamined} from './examine-rights.js'
import type {Finding} from './finding.js'

/** What the user asked to be tried as well. */
export interface Examination {
  prometheusUrl?: string | undefined
  toxiproxyUrl?: string | undefined
  /** A cluster to ask what the account may do in it. */
  cluster?: ClusterExamination | undefined
}

/** What was found, and what to do about missing rights: roles in YAML. */
export interface Examined {
  findings: Finding[]
  exitCode: number
  yaml: string
}

/** The cluster that the flags of `doctor` ask about. Throws UserError for scenarios without a cluster to ask. */
export const clusterAsked = (
  {on, target, context}: {on?: string | undefined; target?: string | undefined; context?: string | undefined},
  scenarios: readonly string[],
): ClusterExamination | undefined => {
  if (on !== undefined && target !== undefined) return {target, context, scenarios}
  if (target !== undefined)
    throw new UserError('--target is looked at only for the cluster that it names', {
      hint: 'Add --on kubernetes. To try its servers: --prometheus URL, --toxiproxy URL.',
    })
  if (scenarios.length === 0) return undefined
  throw new UserError('Scenarios are looked at only for the rights that they need in a cluster', {
    hint: 'Say which: --on kubernetes --target FILE. To check the files: shakedown validate SCENARIO.',
  })
}

type Check = [name: string, needed: boolean, look: () => Promise<string>]

const checkNode = async (): Promise<string> => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return process.version
  throw new EnvironmentError(`${process.version} is too old`, {hint: 'Install Node 20.19 or later.'})
}

/** Root may write anywhere by the rights of files, and not on a disk that is full or read-only: it is tried. */
const checkState = async (): Promise<string> => {
  const folder = stateDirectory()
  const probe = join(folder, `.doctor-${process.pid}`)
  try {
    await makeDirectory(folder)
    await writeFile(probe, 'shakedown doctor was here\n')
    await rm(probe)
    return folder
  } catch (cause) {
    throw new EnvironmentError(`${folder} cannot be written: ${messageOf(cause)}`, {
      hint: 'Name another folder: SHAKEDOWN_STATE=FOLDER.',
      cause,
    })
  }
}

const checkK6 = async (): Promise<string> => {
  const {path, version} = await findK6(environment(), new AbortController().signal)
  return `${version} (${path}), for \`engine: k6\``
}

const checkPrometheus = async (url: string): Promise<string> => {
  const source = await connectPrometheus(prometheusAsked(url, environment()))
  try {
    return [await source.describe(), ...(source.cautions ?? [])].join('; ')
  } finally {
    await source.close()
  }
}

const checksFor = ({prometheusUrl, toxiproxyUrl, cluster}: Examination): Check[] => [
  ['Node', true, checkNode],
  ['state directory', true, checkState],
  // In a cluster the system under test is somebody else's.
  ['reference deployment', cluster === undefined, checkReference],
  [
    'deployment that is up',
    false,
    async () => ((await findReference()) ? 'yes' : 'no: `shakedown up` starts it'),
  ],
  ['k6', false, checkK6],
  ...(toxiproxyUrl
    ? [
        [
          'Toxiproxy',
          true,
          async () => `${await connectToxiproxy(toxiproxyUrl).version()} at ${toxiproxyUrl}`,
        ] as Check,
      ]
    : []),
  ...(prometheusUrl ? [['Prometheus', true, () => checkPrometheus(prometheusUrl)] as Check] : []),
]

const withHint = (cause: unknown): string => {
  const hint = cause instanceof EnvironmentError || cause instanceof UserError ? cause.hint : undefined
  return hint ? `${messageOf(cause)}. ${hint}` : messageOf(cause)
}

/** A cluster that does not answer is a finding; a target or a scenario that is wrong is the user's to mend first. */
const lookAtCluster = async (
  asked: ClusterExamination | undefined,
  signal: AbortSignal,
): Promise<RightsExamined> => {
  if (!asked) return {findings: [], yaml: ''}
  const {examineCluster} = await import('./examine-rights.js')
  try {
    return await examineCluster(asked, signal)
  } catch (cause) {
    if (!(cause instanceof EnvironmentError)) throw cause
    return {findings: [{name: 'cluster', state: 'missing', message: withHint(cause)}], yaml: ''}
  }
}

/** Looks at everything that a run may need; exit 4 when something needed is missing. */
export const examine = async (examination: Examination, signal: AbortSignal): Promise<Examined> => {
  const findings: Finding[] = []
  for (const [name, needed, look] of checksFor(examination)) {
    try {
      findings.push({name, state: 'ok', message: await look()})
    } catch (cause) {
      findings.push({name, state: needed ? 'missing' : 'absent', message: withHint(cause)})
    }
  }
  const {findings: ofCluster, yaml} = await lookAtCluster(examination.cluster, signal)
  findings.push(...ofCluster)
  const broken = findings.some(({state}) => state === 'missing')
  return {findings, yaml, exitCode: broken ? exitCodes.error : exitCodes.pass}
}
