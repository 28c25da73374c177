import {execFile} from 'node:child_process'
import {promisify} from 'node:util'

const run = promisify(execFile)

/** A cluster that suites may use, or why there is none and how to get one. */
export type FoundCluster =
  | {
      kubeconfig: string
      context: string
      kubectl: string
      /** Brought up by tools/kubernetes: images can be brought in. Elsewhere they must be there. */
      ours: boolean
    }
  | {missing: string}

const finder = new URL('../../../tools/kubernetes/find.mjs', import.meta.url).pathname

const contextOf = async (kubectl: string, kubeconfig: string): Promise<string> => {
  const {stdout} = await run(kubectl, ['--kubeconfig', kubeconfig, 'config', 'current-context'])
  return stdout.trim()
}

/**
 * Someone else's cluster must be called by its name: these suites delete pods, drain nodes and kill runs half-way,
 * and a shell may still point at production.
 */
const foreign = async (kubeconfig: string, named: string | undefined): Promise<FoundCluster> => {
  try {
    const context = await contextOf('kubectl', kubeconfig)
    if (named === context) return {kubeconfig, context, kubectl: 'kubectl', ours: false}
    return {
      missing: `KUBECONFIG points at ${context}. To let the tests break things there, set SHAKEDOWN_TEST_CONTEXT=${context}`,
    }
  } catch (cause) {
    return {missing: `KUBECONFIG names no cluster: ${cause instanceof Error ? cause.message : cause}`}
  }
}

/** The cluster of KUBECONFIG when it is the tests' own or was named, else the tests' own. */
export const findCluster = async (env = process.env): Promise<FoundCluster> => {
  const own = await run(process.execPath, [finder]).then(
    ({stdout}): {kubeconfig: string; kubectl: string} => JSON.parse(stdout),
    () => undefined,
  )
  const asked = env['KUBECONFIG']
  if (asked && asked !== own?.kubeconfig) return foreign(asked, env['SHAKEDOWN_TEST_CONTEXT'])
  if (!own)
    return {missing: 'no test cluster is up. Bring one up with: npm run cluster:up (needs root and Go)'}
  return {...own, ours: true, context: await contextOf(own.kubectl, own.kubeconfig)}
}
