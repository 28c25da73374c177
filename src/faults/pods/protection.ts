import {UserError} from '../../errors.js'
import type {Pod} from '../../scenarios/kubernetes.js'

/** Whoever carries it is never hit. */
export const protectAnnotation = 'shakedown/protect'

/** Whether these annotations opt out. */
export const optsOut = (annotations: Readonly<Record<string, unknown>> | undefined): boolean =>
  annotations?.[protectAnnotation] === 'true'

/** Throws UserError for the namespace that the cluster itself lives in. */
export const refuseSystem = (namespace: string): void => {
  if (namespace !== 'kube-system') return
  throw new UserError('Nothing in namespace kube-system is ever hit: the cluster itself runs there', {
    hint: 'Name the namespace of your application in the target file.',
  })
}

const mirror = 'kubernetes.io/config.mirror'

/** Whether the kubelet runs it from a file of its node: what the API server has of it is an image, and deleting that ends nothing. */
export const isStatic = ({annotations, controller}: Pod): boolean =>
  mirror in annotations || controller?.kind === 'Node'

const someOf = (names: readonly string[]): string =>
  names.slice(0, 3).join(', ') + (names.length > 3 ? ', …' : '')

/** Throws UserError when one of the pods is a static one. */
export const refuseStatic = (pods: readonly Pod[]): void => {
  const names = pods.filter(isStatic).map(({name}) => name)
  if (names.length === 0) return
  const what = names.length === 1 ? 'is a static pod' : 'are static pods'
  throw new UserError(`${someOf(names)} ${what}: the kubelet keeps them running, whatever is deleted here`, {
    hint: 'Narrow the selector to pods of a Deployment, StatefulSet, DaemonSet or Job.',
  })
}

/** Throws UserError when one of the pods has nobody who would replace it. */
export const refuseUncontrolled = (pods: readonly Pod[]): void => {
  const alone = pods.filter(({controller}) => controller === undefined).map(({name}) => name)
  if (alone.length === 0) return
  const verb = alone.length === 1 ? 'has' : 'have'
  throw new UserError(
    `${someOf(alone)} ${verb} no controller: nobody would put another pod in the place of a deleted one`,
    {
      hint: 'Narrow the selector to pods of a Deployment, StatefulSet, DaemonSet or Job.',
    },
  )
}
