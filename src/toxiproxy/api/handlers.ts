import {listJson, proxyJson, quote, toxicJson} from '../json/write.js'
import type {Proxies} from '../proxies.js'
import type {ToxicProxy} from '../proxy.js'
import {Refusal} from '../refusal.js'
import {json, noContent, type Reply, refused} from './reply.js'
import {readProxies, readProxy, readProxyChange, readToxic, readToxicChange} from './requests.js'

/** One request, as far as its handler needs it. */
interface Call {
  proxies: Proxies
  version: string
  /** Names from the path: proxy, then toxic. */
  names: readonly string[]
  body: string
}

export type Handler = (call: Call) => Reply | Promise<Reply>

const proxyOf = ({proxies, names: [name = '']}: Call): ToxicProxy => proxies.get(name)

export const listProxies: Handler = ({proxies}) => {
  const pairs = proxies.all.map((proxy) => `${quote(proxy.name)}:${proxyJson(proxy)}`)
  return json(200, `{${pairs.join(',')}}`)
}

export const createProxy: Handler = async ({proxies, body}) =>
  json(201, proxyJson(await proxies.create(readProxy(body))))

/** Errors here carry what was created before them, and are JSON by header too. */
export const populate: Handler = async ({proxies, body}) => {
  const done: string[] = []
  const list = (): string => (done.length > 0 ? listJson(done) : 'null')
  try {
    for (const request of readProxies(body)) done.push(proxyJson(await proxies.put(request)))
    return json(201, `{"proxies":${list()}}`)
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause
    const {status, message} = cause
    return json(status, `{"error":${quote(message)},"status":${status},"proxies":${list()}}`)
  }
}

export const showProxy: Handler = (call) => json(200, proxyJson(proxyOf(call)))

export const changeProxy: Handler = async (call) => {
  const proxy = proxyOf(call)
  await proxy.apply(readProxyChange(call.body))
  return json(200, proxyJson(proxy))
}

export const deleteProxy: Handler = async ({proxies, names: [name = '']}) => {
  await proxies.delete(name)
  return noContent
}

export const listToxics: Handler = (call) => json(200, listJson(proxyOf(call).toxics.listed.map(toxicJson)))

export const addToxic: Handler = (call) => {
  const {toxics} = proxyOf(call)
  const {attributesOf, ...request} = readToxic(call.body)
  return json(200, toxicJson(toxics.add(request, attributesOf)))
}

export const showToxic: Handler = (call) =>
  json(200, toxicJson(proxyOf(call).toxics.get(call.names[1] ?? '')))

export const changeToxic: Handler = (call) => {
  const {toxics} = proxyOf(call)
  const toxic = toxics.get(call.names[1] ?? '')
  toxics.change(toxic, readToxicChange(call.body, toxic))
  return json(200, toxicJson(toxic))
}

export const removeToxic: Handler = (call) => {
  const {toxics} = proxyOf(call)
  toxics.remove(toxics.get(call.names[1] ?? ''))
  return noContent
}

export const reset: Handler = async ({proxies}) => {
  await proxies.reset()
  return noContent
}

export const showVersion: Handler = ({version}) => ({
  status: 200,
  headers: {'Content-Type': 'application/json;charset=utf-8'},
  body: `{"version": ${quote(version)}}\n`,
})

export const showMetrics: Handler = ({proxies}) => ({
  status: 200,
  headers: {'Content-Type': 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'},
  body: proxies.metrics(),
})

/** A refusal becomes a reply; anything else is a bug of ours, which must not end the faults of a running experiment. */
export const replyToError = (thrown: unknown): Reply =>
  refused(
    thrown instanceof Refusal
      ? thrown
      : {status: 500, message: thrown instanceof Error ? thrown.message : String(thrown)},
  )
