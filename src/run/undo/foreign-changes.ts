import {isDeepStrictEqual} from 'node:util'
import type {ProxyState, Toxic} from '../../clients/toxiproxy.js'

const toxicChanges = (proxy: string, before: Toxic[], after: Toxic[]): string[] => {
  const was = new Map(before.map((toxic) => [toxic.name, toxic]))
  const is = new Map(after.map((toxic) => [toxic.name, toxic]))
  return [
    ...after
      .filter(({name}) => !was.has(name))
      .map(({name, type}) => `proxy ${proxy} has got toxic ${name} (${type})`),
    ...before.filter(({name}) => !is.has(name)).map(({name}) => `proxy ${proxy} has lost toxic ${name}`),
    ...after
      .filter(({name}) => was.has(name) && !isDeepStrictEqual(was.get(name), is.get(name)))
      .map(({name, attributes, toxicity}) => {
        const now = JSON.stringify({...attributes, toxicity})
        return `toxic ${name} of proxy ${proxy} was changed to ${now}`
      }),
  ]
}

const changesOf = (before: ProxyState, after: ProxyState | undefined): string[] => {
  const {name} = before
  if (!after) return [`proxy ${name} is gone`]
  return [
    ...(before.listen === after.listen
      ? []
      : [`proxy ${name} listens on ${after.listen}, before on ${before.listen}`]),
    ...(before.upstream === after.upstream
      ? []
      : [`proxy ${name} leads to ${after.upstream}, before to ${before.upstream}`]),
    ...(before.enabled === after.enabled
      ? []
      : [`proxy ${name} is ${after.enabled ? 'open' : 'closed'} now`]),
    ...toxicChanges(name, before.toxics, after.toxics),
  ]
}

/**
 * What differs between the proxies as the run found them and as they are once all of its own changes are taken back: that
 * was somebody else. One sentence each. Toxics whose name begins with the run's id are its own, and no news.
 */
export const foreignChanges = (
  found: readonly ProxyState[],
  now: Readonly<Record<string, ProxyState>>,
  runId: string,
): string[] => {
  const own = ({name}: Toxic): boolean => name.startsWith(`${runId}_`)
  return found.flatMap((before) => {
    const after = now[before.name]
    const others = after && {...after, toxics: after.toxics.filter((toxic) => !own(toxic))}
    return changesOf(before, others).map((change) => `${change}: somebody else changed it during the run`)
  })
}
