import * as Flags from '@oclif/core/flags'

/** Where the reference deployment is: on this machine unless a cluster is asked for. */
export const placeFlags = {
  on: Flags.string({
    summary: 'In a cluster, in place of this machine.',
    options: ['kubernetes'],
    helpValue: 'kubernetes',
  }),
  context: Flags.string({
    summary: 'Context of the kubeconfig; the current one by default.',
    dependsOn: ['on'],
    helpValue: 'NAME',
  }),
  namespace: Flags.string({
    summary: 'Namespace of the cluster, of its own; shakedown-reference by default.',
    dependsOn: ['on'],
    helpValue: 'NAME',
  }),
}
