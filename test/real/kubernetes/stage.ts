import {execFile, spawn} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, it} from 'vitest'
import type {Cluster} from '../../../src/clients/kubernetes/cluster.js'
import {connectCluster} from '../../../src/clients/kubernetes/connect.js'
import {type FoundCluster, findCluster} from './find-cluster.js'
import {dropClusterRoles, kubeconfigOf, type MoreRights, shippedRoles} from './shipped-roles.js'

/** What a suite gets: a namespace of its own in a real cluster, and in it the account that ships. */
export interface Stage {
  /** Of the account that ships, with the roles that the suite asked for: for everything that is under test. */
  kubeconfig: string
  /** The administrator's kubeconfig: for what a suite makes and looks at itself. */
  admin: string
  /** The same in both. */
  context: string
  namespace: string
  /** As the account that ships. */
  account: Cluster
  /** As the administrator. */
  cluster: Cluster
  /** Runs kubectl in the namespace, as the administrator, and returns what it prints; `input` goes to its standard input. */
  kubectl(args: string[], input?: string): Promise<string>
  /** Applies manifests to the namespace. */
  apply(...manifests: object[]): Promise<void>
  /** Waits until that workload (`deployment/web`) is rolled out, or that pod (`pod/web`) is ready. */
  ready(ref: string, seconds?: number): Promise<void>
}

/** What a suite will make there, besides the namespace. */
export interface StageNeeds {
  /** Names of tools/kubernetes/images.mjs that the cluster must hold. */
  images?: string[]
  /** Which of the roles that ship the account has besides the first; none when left out. */
  rights?: readonly MoreRights[]
  /** What is said before it begins; `pods` when left out. */
  creates?: string
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

const runKubectl = async (program: string, args: string[], input: string): Promise<string> => {
  const child = spawn(program, args, {stdio: ['pipe', 'pipe', 'pipe']})
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const closed = once(child, 'close')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await closed
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}: ${err.trim()}`)
  return out
}

const bringImages = async (names: string[]): Promise<void> => {
  if (names.length === 0) return
  const tool = new URL('../../../tools/kubernetes/image.mjs', import.meta.url).pathname
  await promisify(execFile)(process.execPath, [tool, ...names], {timeout: 240_000})
}

const kubectlIn = (found: Exclude<FoundCluster, {missing: string}>, namespace: string) => {
  const where = ['--kubeconfig', found.kubeconfig, '--context', found.context, '--namespace', namespace]
  return (args: string[], input = ''): Promise<string> =>
    runKubectl(found.kubectl, [...where, ...args], input)
}

const readiness = (ref: string, seconds: number): string[] =>
  ref.startsWith('pod/')
    ? ['wait', '--for=condition=Ready', ref, `--timeout=${seconds}s`]
    : ['rollout', 'status', ref, `--timeout=${seconds}s`]

/** Makes a namespace for a suite in the cluster that was found; says what it makes. */
const openStage = async (
  found: Exclude<FoundCluster, {missing: string}>,
  suite: string,
  {images = [], creates = 'pods', rights = []}: StageNeeds = {},
): Promise<{stage: Stage; close: () => Promise<void>}> => {
  const {kubeconfig: admin, context} = found
  const namespace = `shakedown-test-${randomBytes(3).toString('hex')}`
  say(`── ${suite}: creates namespace ${namespace} with ${creates} in cluster ${context} (${admin})`)
  if (found.ours) await bringImages(images)
  const kubectl = kubectlIn(found, namespace)
  // The label finds what a suite left that was killed.
  const metadata = {name: namespace, labels: {'shakedown-test': ''}}
  await kubectl(['create', '-f', '-'], JSON.stringify({apiVersion: 'v1', kind: 'Namespace', metadata}))
  const apply = async (...manifests: object[]): Promise<void> => {
    await kubectl(['apply', '-f', '-'], JSON.stringify({apiVersion: 'v1', kind: 'List', items: manifests}))
  }
  await apply(...(await shippedRoles(namespace, rights)))
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-stage-'))
  const kubeconfig = await kubeconfigOf({admin, context, kubectl}, 'shakedown', join(folder, 'kubeconfig'))
  const ending = new AbortController()
  const stage: Stage = {
    kubeconfig,
    admin,
    context,
    namespace,
    kubectl,
    account: await connectCluster({kubeconfig, context, namespace}, ending.signal),
    cluster: await connectCluster({kubeconfig: admin, context, namespace}, ending.signal),
    apply,
    ready: async (ref, seconds = 120) => {
      await kubectl(readiness(ref, seconds))
    },
  }
  const close = async (): Promise<void> => {
    ending.abort()
    await rm(folder, {recursive: true, force: true})
    if (rights.includes('nodes')) await dropClusterRoles({namespace, kubectl})
    await kubectl(['delete', 'namespace', namespace, '--wait=false'])
    // A namespace that goes makes nothing new: its pods need no time to say goodbye. Nobody waits for the rest of it.
    await kubectl(['delete', 'pods', '--all', '--grace-period=1', '--wait=false'])
  }
  return {stage, close}
}

/** The cluster of this run. */
export const found = await findCluster()

/**
 * A suite against a real cluster. Where there is none it is skipped, and it is said loudly how to bring one up; in CI,
 * where nothing may be skipped, it fails.
 */
export const clusterSuite = (name: string, needs: StageNeeds, tests: (stage: () => Stage) => void): void => {
  if ('missing' in found) {
    say(`SKIPPED: ${name}: ${found.missing}`)
    describe(name, () => {
      if (process.env['CI']) it('needs a cluster', () => Promise.reject(new Error(found.missing)))
      else it.skip(found.missing, () => {})
    })
    return
  }
  describe(name, () => {
    let open: {stage: Stage; close: () => Promise<void>} | undefined
    beforeAll(async () => {
      open = await openStage(found, name, needs)
    })
    afterAll(() => open?.close())
    tests(() => {
      if (!open) throw new Error('the stage is open only while tests run')
      return open.stage
    })
  })
}
