import {readFileSync} from 'node:fs'
import {deployFiles, usualNamespace} from 'shakedown-reference/deploy'
import {describeClusterTarget} from 'shakedown-reference/deploy/target'
import {serviceNames} from 'shakedown-reference/topology'
import {describe, expect, it} from 'vitest'
import {parseAllDocuments} from 'yaml'
import type {KubernetesObject} from '../../../src/clients/kubernetes/cluster.js'

const usual = {namespace: usualNamespace, seed: 1}
const base = new URL('../../../reference/deploy/base/', import.meta.url)
const read = (file: string): unknown[] =>
  parseAllDocuments(readFileSync(new URL(file, base), 'utf8')).map((one) => one.toJS())
const all = Object.values(deployFiles(usual)).flat()
const ofKind = (kind: string): KubernetesObject[] => all.filter((one) => one.kind === kind)

describe('the manifests', () => {
  it('are the files of deploy/base: run tools/reference-manifests.mjs after a change', () => {
    const files = deployFiles(usual)
    for (const [name, manifests] of Object.entries(files)) expect(read(name), name).toEqual(manifests)
    expect(read('kustomization.yaml')).toMatchObject([
      {namespace: usualNamespace, resources: Object.keys(files)},
    ])
  })

  it('name each object once', () => {
    const names = all.map(({kind, metadata}) => `${kind} ${metadata.name}`)
    expect(new Set(names).size).toBe(names.length)
  })

  it('take every image from a registry that is named, under the same names and tags', () => {
    const images = (registry?: string) =>
      [...JSON.stringify(deployFiles({...usual, registry})).matchAll(/"image":"([^"]+)"/g)].map(
        ([, one]) => one ?? '',
      )
    const moved = images('registry.test/team')
    expect(moved.every((one) => one.startsWith('registry.test/team/'))).toBe(true)
    const last = (image: string): string => image.slice(image.lastIndexOf('/'))
    expect(moved.map(last)).toEqual(images().map(last))
  })

  it('give every service a preStop hook, probes, a disruption budget and a limit of memory', () => {
    for (const service of serviceNames) {
      const text = JSON.stringify(ofKind('Deployment').find(({metadata}) => metadata.name === service))
      for (const part of ['"preStop"', '"readinessProbe"', '"livenessProbe"', '"limits"'])
        expect(text, service).toContain(part)
      expect(ofKind('PodDisruptionBudget').map(({metadata}) => metadata.name)).toContain(service)
    }
  })

  it('let only its caller reach the port of a proxy', () => {
    const policy = ofKind('NetworkPolicy').find(({metadata}) => metadata.name === 'toxiproxy')
    const rules = JSON.stringify(policy?.['spec'])
    const {edges} = describeClusterTarget({namespace: 'x'}, undefined)
    for (const edge of Object.keys(edges))
      expect(rules).toContain(`"app.kubernetes.io/name":"${edge.split('->')[0]}"`)
    expect(rules).not.toContain('"app.kubernetes.io/name":"psp"')
  })
})
