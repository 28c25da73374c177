// The control API of the soak's small system: replicas that can be frozen and killed, and protection switches.
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createServer} from 'node:http'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {freePort} from './free-port.mjs'
import {signalTo, stateOf, track} from './processes.mjs'

const entry = fileURLToPath(new URL('./service.mjs', import.meta.url))

/** A service process that is started again when it dies, on the port that it had, unless it is told not to. */
const replica = async (workload, name) => {
  const self = {
    workload,
    name,
    pid: 0,
    port: await freePort(),
    startedAt: 0,
    restarts: 0,
    respawn: true,
    listens: false,
    stopping: false,
  }
  let child
  const start = async () => {
    child = track(spawn(process.execPath, [entry, String(self.port)], {stdio: ['pipe', 'pipe', 'inherit']}))
    Object.assign(self, {pid: child.pid, startedAt: Date.now()})
    child.once('exit', () => {
      Object.assign(self, {pid: 0, listens: false})
      if (self.respawn && !self.stopping) again()
    })
    const [line] = await once(createInterface({input: child.stdout}), 'line')
    Object.assign(self, {port: JSON.parse(line).port, listens: true})
  }
  const again = () => {
    self.restarts++
    start()
  }
  await start()
  return {
    self,
    describe: () => ({...described(self), state: stateIn(self)}),
    // Nobody presses on these: it is asked whether a signal has stopped them.
    pressure: () => ({
      pid: self.pid,
      atMs: performance.now(),
      holders: [],
      stopped: stateOf(self.pid) === 'T',
    }),
    signal: ({pid, signal}) => pid === self.pid && child.kill(signal),
    setRespawn: (respawn) => {
      self.respawn = respawn
      if (respawn && self.pid === 0) again()
    },
    stop: async () => {
      self.stopping = true
      if (self.pid === 0) return
      const gone = once(child, 'exit')
      signalTo(self.pid, 'SIGKILL')
      await gone
    },
  }
}

const described = ({workload, name, pid, port, restarts, startedAt}) => ({
  workload,
  name,
  pid,
  restarts,
  startedAt,
  url: `http://127.0.0.1:${port}`,
})

const stateIn = ({pid, listens}) => {
  if (pid === 0) return 'stopped'
  if (!listens) return 'starting'
  return stateOf(pid) === 'T' ? 'not-ready' : 'ready'
}

const bodyOf = async (request) => {
  let text = ''
  for await (const chunk of request) text += chunk
  return text === '' ? {} : JSON.parse(text)
}

/** Starts two replicas of `shop` and the control API over them. */
export const startControl = async () => {
  const replicas = [await replica('shop', 'shop-1'), await replica('shop', 'shop-2')]
  const switches = {'shop.retry': true, 'shop.limit': 3}
  const answer = async (request, url) => {
    if (url === '/replicas') return replicas.map(({describe}) => describe())
    if (url === '/switches' && request.method === 'PATCH')
      return Object.assign(switches, await bodyOf(request))
    if (url === '/switches') return switches
    const [, name, action = ''] = /^\/replicas\/([^/]+)(?:\/(.*))?$/.exec(url) ?? []
    const named = replicas.find(({self}) => self.name === name)
    switch (named && `${request.method} ${action}`) {
      case 'PATCH ':
        named.setRespawn((await bodyOf(request)).respawn)
        return named.describe()
      case 'GET pressure':
        return named.pressure()
      case 'POST signal':
        return named.signal(await bodyOf(request)) ? {sent: true} : undefined
      default:
        return undefined
    }
  }
  const server = createServer(async (request, response) => {
    const body = await answer(request, request.url)
    response.writeHead(body ? 200 : 404, {'content-type': 'application/json'})
    response.end(JSON.stringify(body ?? {error: `cannot ${request.method} ${request.url}`}))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    ports: replicas.map(({self}) => self.port),
    replicas: () => replicas.map(({describe}) => describe()),
    switches,
    stop: async () => {
      for (const one of replicas) await one.stop()
      server.closeAllConnections()
      server.close()
    },
  }
}
