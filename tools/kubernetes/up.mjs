// `npm run cluster:up`: brings up the test cluster, or finds it up, and prints how to reach it.
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {isUp} from './alive.mjs'
import {apply, call, connect, get} from './api.mjs'
import {installed} from './cache.mjs'
import {clean} from './clean.mjs'
import {writeConfigs} from './configs.mjs'
import {images} from './images.mjs'
import {importImage} from './import.mjs'
import {makeKeys} from './keys.mjs'
import {makeNetwork} from './network.mjs'
import {firstObjects} from './objects.mjs'
import {parts} from './parts.mjs'
import {runs, start, started} from './processes.mjs'
import {folder, inside, kubeconfig, node, socket} from './settings.mjs'
import {waitFor} from './wait.mjs'

const begin = performance.now()
const say = (text) => console.error(`cluster: ${((performance.now() - begin) / 1_000).toFixed(1)} s ${text}`)

const nodeReady = async (agent) => {
  const {status} = await get(agent, `/api/v1/nodes/${node}`)
  return status.conditions.some(({type, status: holds}) => type === 'Ready' && holds === 'True')
}

const bringUp = async () => {
  if (process.getuid?.() !== 0)
    throw new Error('the test cluster needs root: it makes a bridge and containers')
  installed('kubernetes/packages')
  const binaries = installed('kubernetes/binaries')
  say('programs are there')
  await clean()
  mkdirSync(folder, {recursive: true, mode: 0o755})
  await makeKeys()
  writeConfigs()
  makeNetwork()
  const startAll = (...names) => {
    for (const name of names) start(name, ...parts[name](binaries))
  }
  // The API server waits for etcd.
  startAll('etcd', 'containerd', 'kube-apiserver')
  await waitFor('the container runtime', 30, () => existsSync(socket))
  for (const name of ['pause', 'busybox']) importImage(images[name]())
  const agent = connect()
  await waitFor('the API server', 60, async () => (await call(agent, 'GET', '/readyz')).status === 200)
  say('API server ready')
  startAll('kube-controller-manager', 'kube-scheduler', 'network-policy', 'metrics-server')
  for (const [path, object] of firstObjects()) await apply(agent, path, object)
  startAll('kubelet', 'kube-proxy', 'coredns')
  await waitFor('the node', 60, () => nodeReady(agent))
  await waitFor('the service account of pods', 60, () =>
    get(agent, '/api/v1/namespaces/default/serviceaccounts/default'),
  )
  agent.destroy()
  writeFileSync(inside('up'), '')
  say(`node ready; logs in ${inside('logs')}`)
}

const logTails = () =>
  started()
    .filter((part) => !runs(part))
    .map(({name}) => `── ${name} ended\n${readFileSync(inside('logs', `${name}.log`), 'utf8').slice(-2_000)}`)
    .join('\n')

try {
  if (await isUp()) say('is up')
  else await bringUp()
  console.log(`export KUBECONFIG=${kubeconfig}`)
} catch (cause) {
  console.error(`cluster: did not come up: ${cause.message}\n${logTails()}`)
  process.exitCode = 1
}
