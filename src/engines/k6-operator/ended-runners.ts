import type {Cluster} from '../../clients/kubernetes/cluster.js'
import type {Plan} from '../../plan/plan.js'
import {type EndedRunner, failureOfRunner} from '../k6/cluster/ends-of-runners.js'
import type {PodState} from '../k6/cluster/pod-state.js'
import {deletion, endTrouble} from '../k6/cluster/pod-trouble.js'
import {runnerOf} from './runner-log.js'

/** k6's exit code when a signal ended it. */
const signalledCode = 105
/** k6's exit code when it was told to stop over its REST interface. */
const toldCode = 103

/** A runner that is not there any more has no code: the TestRun calls that "finished", too. */
const gone = (pod: string, state: PodState | undefined): EndedRunner => {
  const trouble = (state && endTrouble(state)) ?? deletion(pod, state)
  return {
    ...emptyRunner(pod),
    ...(trouble !== undefined && {failure: trouble}),
  }
}

const emptyRunner = (pod: string): EndedRunner => ({
  pod,
  log: {write: () => {}, errors: [], exceptions: {count: 0, first: ''}},
  code: undefined,
  isComplete: false,
  complaints: [],
  summary: undefined,
})

/** How each of these runners ended, by its pod and its log. */
export const endedRunners = async (
  cluster: Pick<Cluster, 'logs'>,
  runners: readonly {pod: string}[],
  states: readonly PodState[],
): Promise<EndedRunner[]> =>
  await Promise.all(
    runners.map(async ({pod}) => {
      const state = states.find(({name}) => name === pod)
      if (state?.ended === undefined) return gone(pod, state)
      // Whoever deletes a pod has its k6 end with a signal first.
      const trouble =
        endTrouble(state) ?? (state.ended.code === signalledCode ? deletion(pod, state) : undefined)
      const runner = await runnerOf(cluster, state)
      return {...runner, ...(trouble !== undefined && {failure: trouble})}
    }),
  )

/** The first thing that went wrong with one of them. Of those that were told to stop, that is none. */
export const brokenRunner = (
  ended: readonly EndedRunner[],
  plan: Plan,
  {stopped}: {stopped: boolean},
): Error | undefined =>
  ended
    .filter(({code}) => !(stopped && code === toldCode))
    .map((runner) => failureOfRunner(runner, plan))
    .find((failure) => failure !== undefined)
