/** Types of the package alone: it is loaded when a cluster is first asked, never by a command that needs none. */
export type {KubeConfig} from '@kubernetes/client-node'
