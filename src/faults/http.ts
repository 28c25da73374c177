import {EnvironmentError} from '../errors.js'
import {formatDuration, formatPercent} from '../scenarios/units.js'
import {edgeNamed, proxiesOf} from './edges/edges.js'
import {observeHttp} from './edges/http-evidence.js'
import {type HttpOptions, httpAttributes, httpOptions, routeText} from './edges/http-options.js'
import type {ToxicInverse} from './edges/toxic-fault.js'
import {setToxic} from './edges/toxic-strength.js'
import {toxicRemedy, undoToxic} from './edges/toxic-undo.js'
import type {Fault, World} from './fault.js'

const body = (name: string, options: HttpOptions, level: number) => ({
  name,
  type: 'http',
  stream: 'upstream' as const,
  toxicity: 1,
  attributes: httpAttributes(options, level),
})

/** Only our own server looks into requests. A real one would say so itself, but in words that help nobody. */
const checkServer = async (world: World): Promise<void> => {
  const client = world.toxiproxy()
  const version = await client.version()
  if (version.includes('shakedown')) return
  throw new EnvironmentError(
    `The fault http needs Shakedown's own proxy: what answers at ${client.url} is Toxiproxy ${version}, which knows no requests`,
    {
      hint: 'Run `shakedown proxy --config proxies.json` in its place: it takes the same config file, API and clients. Or use a fault on bytes: latency, reset-peer, down.',
    },
  )
}

/** Answers or delays a share of the HTTP requests of a route. */
export default {
  summary: 'Answers or delays a share of the HTTP/1.x requests of a route, at the proxy.',
  example: 'http: {edge: order->payment, route: POST /charge, share: 30%, status: 503}',
  options: httpOptions,

  aim(options, target) {
    edgeNamed(options.edge, target)
    const {status, delay} = options
    const late = delay === undefined ? '' : formatDuration(delay)
    const does =
      status === undefined
        ? `delays ${formatPercent(options.share)} of ${routeText(options)} on ${options.edge} by ${late}`
        : `answers ${formatPercent(options.share)} of ${routeText(options)} on ${options.edge} with ${status}${late && ` after ${late}`}`
    return {edges: [options.edge], replicas: [], does, undo: 'removes the toxic'}
  },

  async prepare({id, options}, world) {
    await checkServer(world)
    const proxies = (await proxiesOf(options.edge, world)).map(({name}) => name)
    return {toxic: `${world.runId}_${id}`, proxies, reopen: [], healthyMs: {}, before: {}}
  },

  async inject({options, levels}, {toxic, proxies}, world) {
    const wanted = body(toxic, options, levels?.[0]?.level ?? 1)
    for (const proxy of proxies) await world.toxiproxy().addToxic(proxy, wanted)
  },

  async adjust({options}, {toxic, proxies}, level, world) {
    for (const proxy of proxies) await setToxic(world.toxiproxy(), proxy, body(toxic, options, level), {})
  },

  observe: observeHttp,
  undo: undoToxic,
  remedy: toxicRemedy,
} satisfies Fault<HttpOptions, ToxicInverse>
