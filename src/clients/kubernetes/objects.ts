import {z} from 'zod'
import {EnvironmentError} from '../../errors.js'
import type {Json} from '../../system/json.js'
import {type Api, orThrow} from './api.js'
import type {KubernetesObject, KubernetesObjects} from './cluster.js'
import {refusalOf} from './errors.js'
import {readList} from './read-pod.js'

const fieldManager = 'shakedown'

const resources = z.object({
  resources: z.array(z.object({name: z.string(), kind: z.string(), namespaced: z.boolean()})),
})

interface Resource {
  /** `/apis/apps/v1`. */
  base: string
  plural: string
  namespaced: boolean
}

const baseOf = (apiVersion: string): string => `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`

/** Kinds to paths, as the API server tells; asked once per group and version, and again for a kind that was not there. */
const discovery = (api: Api): ((apiVersion: string, kind: string) => Promise<Resource | undefined>) => {
  const known = new Map<string, Resource>()
  return async (apiVersion, kind) => {
    const key = `${apiVersion} ${kind}`
    if (!known.has(key)) {
      const base = baseOf(apiVersion)
      const found = await api.find({method: 'GET', path: base, asked: `tell what ${apiVersion} is`})
      const all = found === undefined ? [] : resources.parse(found).resources
      for (const {name, kind: one, namespaced} of all) {
        // `deployments/scale` is of kind Scale: a subresource, no object of its own.
        if (!name.includes('/')) known.set(`${apiVersion} ${one}`, {base, plural: name, namespaced})
      }
    }
    return known.get(key)
  }
}

const unknownKind = (apiVersion: string, kind: string, where: string): EnvironmentError =>
  new EnvironmentError(`This cluster knows no ${kind} of ${apiVersion} (${where})`, {
    hint: 'What defines it is not installed there, or the version is another: see `kubectl api-resources`.',
  })

// What the API server sends for an object has this shape: it checks it on the way in.
const asObject = (value: unknown): KubernetesObject => value as KubernetesObject

// A manifest is data as YAML has it; its open keys are typed unknown.
const asJson = (manifest: KubernetesObject): Json => manifest as unknown as Json

/** Objects of any kind, by discovery: kinds that came with a custom resource too. */
export const objectCalls = (api: Api, ownNamespace: string): KubernetesObjects => {
  const resource = discovery(api)
  const pathOf = async (
    apiVersion: string,
    kind: string,
    name?: string,
    namespace = ownNamespace,
  ): Promise<string> => {
    const found = await resource(apiVersion, kind)
    if (found === undefined) throw unknownKind(apiVersion, kind, api.access.where)
    const {base, plural, namespaced} = found
    const within = namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : ''
    return `${base}${within}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
  }
  const words = (kind: string, name: string): string => `${kind} ${name}`
  return {
    apply: async (manifest) => {
      const {apiVersion, kind, metadata} = manifest
      return asObject(
        await api.ask({
          method: 'PATCH',
          path: await pathOf(apiVersion, kind, metadata.name, metadata.namespace),
          query: {fieldManager, force: 'true'},
          type: 'application/apply-patch+yaml',
          body: asJson(manifest),
          asked: `apply ${words(kind, metadata.name)}`,
          again: true,
        }),
      )
    },

    create: async (manifest) => {
      const {apiVersion, kind, metadata} = manifest
      const path = await pathOf(apiVersion, kind, undefined, metadata.namespace)
      const asked = `create ${words(kind, metadata.name)}`
      return asObject(
        await api.ask({method: 'POST', path, query: {fieldManager}, body: asJson(manifest), asked}),
      )
    },

    read: async (apiVersion, kind, name) => {
      const path = await pathOf(apiVersion, kind, name)
      const found = await api.find({method: 'GET', path, asked: `read ${words(kind, name)}`})
      return found === undefined ? undefined : asObject(found)
    },

    list: async (apiVersion, kind, selector) => {
      const path = await pathOf(apiVersion, kind)
      const query = {labelSelector: selector}
      const {items} = readList(await api.ask({method: 'GET', path, query, asked: `list each ${kind}`}))
      // Items of a list come without their kind.
      return items.map((item) => ({...asObject(item), apiVersion, kind}))
    },

    patch: async (apiVersion, kind, name, change) => {
      const path = await pathOf(apiVersion, kind, name)
      const type = 'application/merge-patch+json'
      const asked = `change ${words(kind, name)}`
      return asObject(await api.ask({method: 'PATCH', path, type, body: change, asked, again: true}))
    },

    remove: async (apiVersion, kind, name, uid) => {
      const asked = `delete ${words(kind, name)}`
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: 'Background',
        ...(uid === undefined ? {} : {preconditions: {uid}}),
      }
      // Of a kind that is gone, with what defined it, there is no object.
      if ((await resource(apiVersion, kind)) === undefined) return false
      const path = await pathOf(apiVersion, kind, name)
      const answer = await api.send({method: 'DELETE', path, body, asked, again: true})
      if (answer.status === 404) return answer.unsure
      if (answer.status === 409 && refusalOf(answer).reason === 'Conflict') return false
      orThrow(answer, asked, api.access.where)
      return true
    },
  }
}
