import {
  addToxic,
  changeProxy,
  changeToxic,
  createProxy,
  deleteProxy,
  type Handler,
  listProxies,
  listToxics,
  populate,
  removeToxic,
  reset,
  showMetrics,
  showProxy,
  showToxic,
  showVersion,
} from './handlers.js'

interface Route {
  path: RegExp
  verbs: Record<string, Handler> | Handler
}

/** The whole API. POST to a proxy or toxic is the deprecated way to change it, which many clients still use. */
const routes: readonly Route[] = [
  {path: /^\/proxies$/, verbs: {GET: listProxies, POST: createProxy}},
  {path: /^\/populate$/, verbs: {POST: populate}},
  {
    path: /^\/proxies\/([^/]+)$/,
    verbs: {GET: showProxy, PATCH: changeProxy, POST: changeProxy, DELETE: deleteProxy},
  },
  {path: /^\/proxies\/([^/]+)\/toxics$/, verbs: {GET: listToxics, POST: addToxic}},
  {
    path: /^\/proxies\/([^/]+)\/toxics\/([^/]+)$/,
    verbs: {GET: showToxic, PATCH: changeToxic, POST: changeToxic, DELETE: removeToxic},
  },
  {path: /^\/reset$/, verbs: {POST: reset}},
  {path: /^\/version$/, verbs: {GET: showVersion}},
  {path: /^\/metrics$/, verbs: showMetrics},
]

/** What a request leads to. */
export type Match =
  | {kind: 'handler'; handler: Handler; names: string[]}
  | {kind: 'wrong-verb'}
  | {kind: 'unknown'}
  | {kind: 'moved'; location: string}

/** A name in a path; text that is not percent-encoded as it should be is taken as it is. */
const decodeName = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Finds the handler of a request. Doubled slashes are told to go to the clean path, as in the original. */
export const match = (verb: string, target: string): Match => {
  const path = target.split('?', 1)[0] ?? ''
  const clean = path.replace(/\/{2,}/g, '/')
  if (clean !== path) return {kind: 'moved', location: clean}
  for (const {path: pattern, verbs} of routes) {
    const found = pattern.exec(path)
    if (!found) continue
    const handler = typeof verbs === 'function' ? verbs : Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
    return handler ? {kind: 'handler', handler, names: found.slice(1).map(decodeName)} : {kind: 'wrong-verb'}
  }
  return {kind: 'unknown'}
}
