import {setTimeout as sleep} from 'node:timers/promises'
import {get, watch} from './api.mjs'

const keyOf = ({metadata}) => `${metadata.namespace ?? ''}/${metadata.name}`

/** Lists first and watches from the list's version: etcd 3.4 does not serve a watch without one. */
const follow = async (agent, path, objects, onChange) => {
  const list = await get(agent, path)
  objects.clear()
  for (const item of list.items) objects.set(keyOf(item), item)
  onChange()
  let expired = false
  await watch(agent, path, list.metadata.resourceVersion, ({type, object}) => {
    if (type === 'ERROR') expired = true
    else if (type === 'DELETED') objects.delete(keyOf(object))
    else objects.set(keyOf(object), object)
    if (!expired) onChange()
  })
}

/** Keeps a map of all objects at a path as they are now, for ever; lists again whenever the watch ends. */
export const inform = (agent, path, onChange) => {
  const objects = new Map()
  const go = async () => {
    for (;;) {
      try {
        await follow(agent, path, objects, onChange)
      } catch (cause) {
        // The API server may be away for a while: tests kill it. What was known then stays in force.
        console.error(`${new Date().toISOString()} ${path}: ${cause.message}`)
      }
      await sleep(200)
    }
  }
  go()
  return objects
}
