import {z} from 'zod'
import {selectorText} from '../../clients/kubernetes/selector.js'
import {EnvironmentError} from '../../errors.js'
import type {Pod} from '../../scenarios/kubernetes.js'
import {selects} from '../../scenarios/label-selector.js'
import type {World} from '../fault.js'

const policies = z.array(
  z.object({
    metadata: z.object({name: z.string()}),
    spec: z.object({podSelector: z.unknown(), policyTypes: z.array(z.string()).default(['Ingress'])}),
  }),
)

/**
 * Throws EnvironmentError when another policy selects one of the pods in this direction: policies add up, so what that one
 * allows, ours cannot cut, and what it cuts is cut already.
 */
export const refuseStandingPolicies = async (
  pods: readonly Pod[],
  direction: 'ingress' | 'egress',
  world: World,
): Promise<void> => {
  const type = direction === 'ingress' ? 'Ingress' : 'Egress'
  const found = policies.parse(await world.cluster().objects.list('networking.k8s.io/v1', 'NetworkPolicy'))
  for (const {metadata, spec} of found) {
    const selector = selectorText(spec.podSelector)
    const pod = selector === undefined ? undefined : pods.find(({labels}) => selects(selector, labels))
    if (!spec.policyTypes.includes(type) || !pod) continue
    throw new EnvironmentError(
      `NetworkPolicy ${metadata.name} selects pod ${pod.name} for ${direction} already: policies add up, so a cut there cannot take away what it allows`,
      {
        hint:
          direction === 'ingress'
            ? 'Cut at the other end (`direction: egress` with `from`), or use a toxic on the edge.'
            : 'Cut at the other end (`direction: ingress`), or use a toxic on the edge.',
      },
    )
  }
}
