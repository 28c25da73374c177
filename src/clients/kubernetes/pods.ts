import type {Pod} from '../../scenarios/kubernetes.js'
import {type Api, orThrow} from './api.js'
import type {Cluster, EndPod, PodEnding} from './cluster.js'
import {type Answer, hasSeveralBudgets, refusalOf} from './errors.js'
import {corePath} from './paths.js'
import {byAge, readList, readPod} from './read-pod.js'

type PodCalls = Pick<Cluster, 'pods' | 'deletePod' | 'evictPod' | 'logs'>

const deleteOptions = ({uid, graceSeconds, dryRun}: EndPod) => ({
  preconditions: {uid},
  ...(graceSeconds === undefined ? {} : {gracePeriodSeconds: graceSeconds}),
  ...(dryRun ? {dryRun: ['All']} : {}),
})

/** Pods of one namespace: listed, ended, and what they printed. */
export const podCalls = (api: Api, namespace: string): PodCalls => {
  const pods = async (selector?: string): Promise<Pod[]> => {
    const answer = await api.ask({
      method: 'GET',
      path: corePath(namespace, 'pods'),
      query: {labelSelector: selector},
      asked: 'list the pods',
    })
    return readList(answer).items.map(readPod).sort(byAge)
  }

  /** Who has the name now, after a conflict about its uid. */
  const conflict = async (name: string, uid: string, why: string): Promise<PodEnding> => {
    const path = corePath(namespace, 'pods', name)
    const found = await api.find({method: 'GET', path, asked: `read pod ${name}`})
    if (found === undefined) return {kind: 'gone'}
    const now = readPod(found)
    return now.uid === uid ? {kind: 'refused', why} : {kind: 'other', uid: now.uid}
  }

  const ending = async (answer: Answer, name: string, how: EndPod, asked: string): Promise<PodEnding> => {
    // Our own earlier attempt, whose answer was lost, may be what ended it.
    if (answer.status === 404) return {kind: answer.unsure ? 'ending' : 'gone'}
    const {message, details} = refusalOf(answer)
    if (answer.status === 409) return await conflict(name, how.uid, message)
    if (answer.status === 429 && details.causes.some(({reason}) => reason === 'DisruptionBudget')) {
      return {kind: 'refused', why: [message, ...details.causes.map((cause) => cause.message)].join(' ')}
    }
    if (hasSeveralBudgets(answer)) return {kind: 'refused', why: message}
    orThrow(answer, asked, api.access.where)
    return {kind: 'ending'}
  }

  return {
    pods,

    deletePod: async (name, how) => {
      const asked = `delete pod ${name}`
      const path = corePath(namespace, 'pods', name)
      const body = {apiVersion: 'v1', kind: 'DeleteOptions', ...deleteOptions(how)}
      return await ending(
        await api.send({method: 'DELETE', path, body, asked, again: true}),
        name,
        how,
        asked,
      )
    },

    evictPod: async (name, how) => {
      const asked = `evict pod ${name}`
      const answer = await api.send({
        method: 'POST',
        path: corePath(namespace, 'pods', name, 'eviction'),
        body: {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: {name, namespace},
          deleteOptions: deleteOptions(how),
        },
        asked,
        again: true,
      })
      return await ending(answer, name, how, asked)
    },

    logs: async (pod, container, limitBytes) => {
      const asked = `read what pod ${pod} printed`
      const path = corePath(namespace, 'pods', pod, 'log')
      const answer = await api.send({method: 'GET', path, query: {container, ...tail(limitBytes)}, asked})
      orThrow(answer, asked, api.access.where)
      return limitBytes === undefined
        ? answer.text
        : Buffer.from(answer.text).subarray(-limitBytes).toString()
    },
  }
}

/** `limitBytes` of the API counts from the first line on: enough last lines are asked for, and cut here. */
const tail = (limitBytes: number | undefined): {tailLines?: number} =>
  limitBytes === undefined ? {} : {tailLines: Math.max(1, Math.ceil(limitBytes / 20))}
