import {existsSync, mkdirSync, writeFileSync} from 'node:fs'
import {apply, call, connect, get} from './api.mjs'
import {installed} from './cache.mjs'
import {makeCgroup} from './cgroups.mjs'
import {clean} from './clean.mjs'
import {writeConfigs} from './configs.mjs'
import {images} from './images.mjs'
import {importImage} from './import.mjs'
import {makeKeys} from './keys.mjs'
import {noteOutside} from './leftovers.mjs'
import {makeNetwork} from './network.mjs'
import {firstObjects} from './objects.mjs'
import {parts} from './parts.mjs'
import {start} from './processes.mjs'
import {folder, inside, marker, node, socket} from './settings.mjs'
import {waitFor} from './wait.mjs'

const prepare = async () => {
  mkdirSync(folder, {recursive: true, mode: 0o755})
  writeFileSync(marker, '')
  noteOutside()
  makeCgroup()
  await makeKeys()
  writeConfigs()
  makeNetwork()
}

const nodeReady = async (agent) => {
  const {status} = await get(agent, `/api/v1/nodes/${node}`)
  return status.conditions.some(({type, status: holds}) => type === 'Ready' && holds === 'True')
}

const startAll = (binaries, names) => {
  for (const name of names) start(name, ...parts[name](binaries))
}

/**
 * Brings the cluster up from nothing, in the order that waits least:
 *
 *   etcd, containerd, API server ─┬─ images imported ─┬─ API server ready ─ controllers, helpers ─ kubelet, proxy, DNS
 *                                 └───────────────────┘
 */
export const bringUp = async (say) => {
  if (process.getuid?.() !== 0)
    throw new Error('it needs root: it makes a bridge, firewall rules and containers')
  installed('kubernetes/packages')
  const binaries = installed('kubernetes/binaries')
  say('programs are there')
  await clean()
  await prepare()
  startAll(binaries, ['etcd', 'containerd', 'kube-apiserver'])
  await waitFor('the container runtime', 60, () => existsSync(socket))
  for (const name of ['pause', 'busybox']) importImage(images[name]())
  const agent = connect()
  await waitFor('the API server', 60, async () => (await call(agent, 'GET', '/readyz')).status === 200)
  say('API server ready')
  startAll(binaries, ['kube-controller-manager', 'kube-scheduler', 'network-policy', 'metrics-server'])
  for (const [path, object] of firstObjects()) await apply(agent, path, object)
  startAll(binaries, ['kubelet', 'kube-proxy', 'coredns'])
  await waitFor('the node', 60, () => nodeReady(agent))
  // Pods are refused before it exists.
  const account = '/api/v1/namespaces/default/serviceaccounts/default'
  await waitFor('the service account of pods', 60, () => get(agent, account))
  agent.destroy()
  writeFileSync(inside('up'), '')
}
