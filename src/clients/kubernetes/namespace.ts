import {z} from 'zod'
import {EnvironmentError} from '../../errors.js'
import {type Api, orThrow} from './api.js'
import type {Cluster} from './cluster.js'
import {readList} from './read-pod.js'
import {selectorText} from './selector.js'

const budget = z.object({
  metadata: z.object({name: z.string()}),
  spec: z.object({selector: z.unknown()}),
  status: z.object({disruptionsAllowed: z.number().default(0)}).prefault({}),
})

/** What holds for the whole namespace: that it is there, and its disruption budgets. */
export const namespaceCalls = (api: Api, namespace: string): Pick<Cluster, 'checkNamespace' | 'budgets'> => ({
  checkNamespace: async () => {
    const asked = `read namespace ${namespace}`
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`
    const answer = await api.send({method: 'GET', path, asked})
    if (answer.status === 404) {
      throw new EnvironmentError(`There is no namespace ${namespace} (${api.access.where})`, {
        hint: 'See `kubectl get namespaces`, and correct `kubernetes.namespace` in the target file, or --context.',
      })
    }
    // Rights inside one namespace alone: whether it exists cannot be told, and what is asked next will show.
    if (answer.status === 403) return
    orThrow(answer, asked, api.access.where)
  },

  budgets: async () => {
    const path = `/apis/policy/v1/namespaces/${encodeURIComponent(namespace)}/poddisruptionbudgets`
    const answer = await api.ask({method: 'GET', path, asked: 'list the disruption budgets'})
    return readList(answer).items.flatMap((item) => {
      const {metadata, spec, status} = budget.parse(item)
      const selector = selectorText(spec.selector)
      if (selector === undefined) return []
      return [{name: metadata.name, selector, disruptionsAllowed: status.disruptionsAllowed}]
    })
  },
})
