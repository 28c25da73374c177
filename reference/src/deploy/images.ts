/** Every image of the deployment, with its tag. */
export interface Images {
  reference: string
  postgres: string
  toxiproxy: string
  prometheus: string
}

/** Our own has no public place: it is built from this repository. */
const usualRegistry = 'localhost'

/**
 * Ours is `REGISTRY/shakedown-reference:VERSION`. The others come from where their makers publish them, unless a
 * registry is named: then they are all from there, under the same last names and tags.
 */
export const imagesFrom = (registry: string | undefined, version: string): Images => ({
  reference: `${registry ?? usualRegistry}/shakedown-reference:${version}`,
  postgres: `${registry ?? 'docker.io/library'}/postgres:18`,
  toxiproxy: `${registry ?? 'ghcr.io/shopify'}/toxiproxy:2.12.0`,
  prometheus: `${registry ?? 'docker.io/prom'}/prometheus:v3.5.0`,
})
