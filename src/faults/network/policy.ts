import {isIPv6} from 'node:net'
import type {KubernetesObject} from '../../clients/kubernetes/cluster.js'
import {runLabelKey} from '../../system/run-label.js'
import {type Clause, negated} from './selector.js'

/** What the pods that probe a cut are labelled with. */
export const probeLabelKey = 'shakedown/probe'

/** Some pods of the namespace, by their labels and by the addresses that they have now. */
export interface Party {
  selector: readonly Clause[]
  addresses: readonly string[]
}

/** A cut as it is asked for. */
export interface Cut {
  name: string
  /** Value of the run's label. */
  run: string
  namespace: string
  direction: 'ingress' | 'egress'
  /** Whose door, or whose way out, the policy is at. */
  subject: readonly Clause[]
  /** Who is on the other side; everybody when left out. */
  other?: Party
}

const everywhere = {4: {cidr: '0.0.0.0/0', bits: 32}, 6: {cidr: '::/0', bits: 128}} as const

/** All addresses but these, of the families that the cluster's pods have. */
const blocks = (addresses: readonly string[]) => {
  const families = ([4, 6] as const).map((family) => ({
    ...everywhere[family],
    own: addresses.filter((address) => (isIPv6(address) ? 6 : 4) === family),
  }))
  return families
    .filter(({own}) => own.length > 0)
    .map(({cidr, bits, own}) => ({ipBlock: {cidr, except: own.map((address) => `${address}/${bits}`)}}))
}

/**
 * Everybody but the party. A policy can only allow, so what is cut is what is left out:
 *
 *   not (a and b)  =  not a  or  not b      one peer for each condition of its selector
 *   other namespaces, and all addresses but the party's own
 */
const allBut = ({selector, addresses}: Party, namespace: string) => [
  ...selector.map((clause) => ({
    podSelector: {matchExpressions: [negated(clause), {key: probeLabelKey, operator: 'DoesNotExist'}]},
  })),
  {
    namespaceSelector: {
      matchExpressions: [{key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [namespace]}],
    },
  },
  ...blocks(addresses),
]

/** The NetworkPolicy of a cut: it allows everything to (or from) its subject but the other party, or nothing at all. */
export const policyOf = ({name, run, namespace, direction, subject, other}: Cut): KubernetesObject => {
  const peers = other && allBut(other, namespace)
  const rules =
    direction === 'ingress' ? {ingress: peers ? [{from: peers}] : []} : {egress: peers ? [{to: peers}] : []}
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {name, namespace, labels: {[runLabelKey]: run, 'app.kubernetes.io/managed-by': 'shakedown'}},
    spec: {
      podSelector: {matchExpressions: subject},
      policyTypes: [direction === 'ingress' ? 'Ingress' : 'Egress'],
      ...rules,
    },
  }
}
