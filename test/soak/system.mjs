// The small system that is broken and looked at: two services, proxies before them, a control API, a target file.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {startControl} from './control.mjs'
import {freePort} from './free-port.mjs'
import {apiAt, startToxiproxy} from './toxiproxy.mjs'

/** Proxy → which service is behind it. `spare` is closed on purpose: nobody but its owner may open it. */
const proxies = {a: 0, b: 1, c: 0, spare: 1}

/** What somebody else put on a proxy before us: it must be there, as it is, in the end. */
const othersToxic = {
  name: 'somebody-elses',
  type: 'latency',
  attributes: {latency: 2, jitter: 1},
  toxicity: 0.5,
}

const targetFile = (listen, toxiproxyUrl, control) => ({
  name: 'small-shop',
  // Load goes straight to the proxies: every edge has traffic.
  endpoints: {a: `http://${listen.a}`, b: `http://${listen.b}`, c: `http://${listen.c}`},
  toxiproxy: toxiproxyUrl,
  edges: {
    'front->a': {proxy: 'a', probe: {http: '/'}},
    'front->b': {proxy: 'b', probe: {http: '/'}},
    'front->c': {proxies: ['c', 'spare'], probe: {http: '/'}},
  },
  workloads: {shop: ['shop-1', 'shop-2']},
  control: control.url,
  metrics: {
    scrape: {
      every: '250ms',
      targets: control.ports.map((port) => ({
        url: `http://127.0.0.1:${port}/metrics`,
        labels: {job: 'shop'},
      })),
    },
  },
})

/** Creates the proxies, the toxic of somebody else, and closes `spare`; returns where the proxies listen. */
const furnish = async (api, ports, listen = {}) => {
  for (const [name, service] of Object.entries(proxies)) {
    const created = await api.create({
      name,
      // A port that it can be created on again when the server comes back empty.
      listen: listen[name] ?? `127.0.0.1:${await freePort()}`,
      upstream: `127.0.0.1:${ports[service]}`,
      enabled: true,
    })
    listen[name] = created.listen
  }
  // Closed only now: one that was never open has no port yet.
  await api.setEnabled('spare', false)
  await api.addToxic('c', othersToxic)
  return listen
}

/** What faults may change, sorted and whole: equal text is an equal world. */
const describeWorld = async (api, control) => {
  const state = {
    proxies: await api.proxies(),
    replicas: control.replicas().map(({name, state: now}) => `${name} is ${now}`),
    switches: {...control.switches},
  }
  return JSON.stringify(state, null, 1)
}

/**
 * Starts it all. `kind`: `embedded`, `real`, or the address of a Toxiproxy that runs (its other proxies are left alone,
 * and ours are taken away in the end).
 */
export const startSystem = async (kind, folder) => {
  const own = kind === 'embedded' || kind === 'real' ? await startToxiproxy(kind) : undefined
  const api = apiAt(own?.url ?? kind.replace(/\/+$/, ''))
  const control = await startControl()
  const listen = await furnish(api, control.ports)
  const targetPath = join(folder, 'target.yaml')
  // JSON is YAML.
  writeFileSync(targetPath, JSON.stringify(targetFile(listen, api.url, control), null, 2))
  return {
    targetPath,
    listen,
    api,
    /** The server's process; undefined when it is somebody else's. */
    toxiproxy: own,
    control,
    world: () => describeWorld(api, control),
    stop: async () => {
      for (const name of own ? [] : Object.keys(proxies)) await api.remove(name)
      await own?.kill()
      await control.stop()
    },
  }
}
