import {EnvironmentError, UserError} from '../../errors.js'
import {hintFor, waitsInWords} from '../k6/cluster/pod-trouble.js'
import type {TestRunPods} from './test-run-pods.js'

const without = 'Without an operator: `engine: k6` with `on: kubernetes` makes the same load from pods.'

/** The cluster has no kind TestRun. */
export const noOperator = (where: string): EnvironmentError =>
  new EnvironmentError(
    `There is no k6-operator in this cluster: it knows no TestRun of k6.io/v1alpha1 (${where})`,
    {
      hint: without,
    },
  )

/** Nobody took up the TestRun. */
export const silentOperator = (name: string, limitMs: number): EnvironmentError =>
  new EnvironmentError(`The k6-operator has not taken up the TestRun ${name} within ${limitMs / 1000} s`, {
    hint: `Does it run, and does it watch this namespace? kubectl get pods -A | grep k6-operator. ${without}`,
  })

/** The operator gave up: its initializer, or its own check of the TestRun. */
export const refusedByOperator = (name: string, said: string | undefined): UserError =>
  new UserError(`The k6-operator refuses the TestRun ${name}${said === undefined ? '' : `: ${said}`}`, {
    hint:
      said === undefined
        ? 'An argument that it does not know (load.kubernetes.arguments), or fewer virtual users than runners. Its own log says more.'
        : 'Try the script alone: k6 run --vus 1 --iterations 1 SCRIPT',
  })

/** It was not ready in time: what every pod waits for, and how far the operator came. */
export const notStarted = (
  {initializer, starter, runners}: TestRunPods,
  {stage, wanted, limitMs}: {stage: string; wanted: number; limitMs: number},
): EnvironmentError => {
  const waiting = [...initializer, ...starter, ...runners].filter(
    ({waits, phase}) => waits !== undefined || phase === 'Pending',
  )
  const lines = waiting.map((pod) => `${pod.name}: ${waitsInWords(pod)}`)
  const missing =
    runners.length < wanted ? [`${wanted - runners.length} of ${wanted} runners were never made`] : []
  const hint = hintFor(waiting)
  return new EnvironmentError(
    [
      `The load is not ready after ${limitMs / 1000} s: the k6-operator is at "${stage}"`,
      ...lines,
      ...missing,
    ].join('\n  '),
    {hint: hint ?? 'Give it more time (load.kubernetes.ready-within), or see the log of the k6-operator.'},
  )
}
