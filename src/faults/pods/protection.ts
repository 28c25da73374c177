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

/** Throws UserError when one of the pods has nobody who would replace it. */
export const refuseUncontrolled = (pods: readonly Pod[]): void => {
  const alone = pods.filter(({controller}) => controller === undefined).map(({name}) => name)
  if (alone.length === 0) return
  const some = alone.slice(0, 3).join(', ') + (alone.length > 3 ? ', …' : '')
  const verb = alone.length === 1 ? 'has' : 'have'
  throw new UserError(
    `${some} ${verb} no controller: nobody would put another pod in the place of a deleted one`,
    {
      hint: 'Narrow the selector to pods of a Deployment, StatefulSet, DaemonSet or Job.',
    },
  )
}
