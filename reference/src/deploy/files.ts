import {createRequire} from 'node:module'
import {serviceNames} from '../topology.js'
import {controlManifests} from './control.js'
import {databaseManifests} from './databases.js'
import {type Images, imagesFrom} from './images.js'
import {commonLabels, type Manifest} from './names.js'
import {networkManifests} from './network.js'
import {prometheusManifests} from './prometheus.js'
import {serviceManifests} from './services.js'
import {toxiproxyManifests} from './toxiproxy.js'

/** How the deployment in a cluster differs from the usual one. */
export interface DeployOptions {
  namespace: string
  /** Where all images are; without one ours is a local image, and the others come from their makers. */
  registry?: string | undefined
  /** Every random choice of the services derives from it. */
  seed: number
}

/** Our image carries the version of this package. */
const ownVersion = (): string => {
  const {version} = createRequire(import.meta.url)('../../package.json')
  return version
}

export const usualNamespace = 'shakedown-reference'

/** Says whose the namespace is: without this label nobody may take it down. */
export const ownerLabel = {name: 'shakedown.dev/reference', value: 'true'}

const namespaceManifest = (name: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {name, labels: {...commonLabels, [ownerLabel.name]: ownerLabel.value}},
})

/** The files of `deploy/base`, in the order in which they are applied. */
export const deployFiles = ({namespace, registry, seed}: DeployOptions): Record<string, Manifest[]> => {
  const images: Images = imagesFrom(registry, ownVersion())
  return {
    'namespace.yaml': [namespaceManifest(namespace)],
    'network-policies.yaml': networkManifests(),
    'control.yaml': controlManifests(images, namespace),
    'databases.yaml': databaseManifests(images),
    'toxiproxy.yaml': toxiproxyManifests(images),
    'prometheus.yaml': prometheusManifests(images, namespace),
    ...Object.fromEntries(
      serviceNames.map((service) => [`${service}.yaml`, serviceManifests(service, images, seed)]),
    ),
  }
}
