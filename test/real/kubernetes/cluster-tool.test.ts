import {setTimeout as sleep} from 'node:timers/promises'
import {expect, it} from 'vitest'
import {autoscaler, busyDeployment, onlyFriends, onlyNames} from './cluster-tool-manifests.js'
import {service, shellPod, webDeployment} from './manifests.js'
import {clusterSuite, type Stage} from './stage.js'

const eventually = async <T>(seconds: number, ask: () => Promise<T>): Promise<T> => {
  const limit = performance.now() + seconds * 1_000
  for (;;) {
    try {
      return await ask()
    } catch (cause) {
      if (performance.now() > limit) throw cause
    }
    await sleep(200)
  }
}

/** The first line that a host answers over HTTP, asked from inside a pod; throws when nothing answers. */
const fetchFrom = (stage: Stage, pod: string, host: string, port: number): Promise<string> => {
  const ask = `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 2 ${host} ${port} | tail -1 | grep .`
  return stage.kubectl(['exec', pod, '--', 'sh', '-c', ask])
}

clusterSuite('the test cluster', {images: ['busybox']}, (stage) => {
  it('runs a deployment and answers by service name, cluster address and node port', async () => {
    await stage().apply(webDeployment('web', 2), service('web', 'NodePort'), shellPod('shell'))
    await stage().ready('deployment/web')
    await stage().ready('pod/shell')
    const port = await stage().kubectl(['get', 'service', 'web', '-o', 'jsonpath={.spec.ports[0].nodePort}'])
    const answer = await eventually(30, async () => (await fetch(`http://127.0.0.1:${port}/`)).text())
    expect(answer).toBe('hello\n')
    const name = `web.${stage().namespace}.svc.cluster.local`
    expect(await eventually(30, () => fetchFrom(stage(), 'shell', name, 80))).toBe('hello\n')
    expect(await stage().kubectl(['exec', 'shell', '--', 'nslookup', name])).toMatch(/Address: 10\.96\./)
  })

  it('keeps out whom a NetworkPolicy does not name, and only them', async () => {
    await stage().apply(shellPod('friend', {role: 'friend'}), shellPod('stranger'))
    await stage().ready('pod/friend')
    await stage().ready('pod/stranger')
    const address = await stage().kubectl(['get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}'])
    expect(await eventually(30, () => fetchFrom(stage(), 'stranger', address, 80))).toBe('hello\n')
    await stage().apply(onlyFriends)
    await eventually(30, () => expect(fetchFrom(stage(), 'stranger', address, 80)).rejects.toThrow())
    expect(await eventually(30, () => fetchFrom(stage(), 'friend', address, 80))).toBe('hello\n')
    // Probes come from the node, which no policy keeps out.
    await stage().ready('deployment/web')
    await stage().kubectl(['delete', 'networkpolicy', 'only-friends'])
    expect(await eventually(30, () => fetchFrom(stage(), 'stranger', address, 80))).toBe('hello\n')
  })

  it('cuts what a pod may send, and lets it ask for names where that is allowed', async () => {
    const address = await stage().kubectl(['get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}'])
    await stage().apply(onlyNames)
    await eventually(30, () => expect(fetchFrom(stage(), 'friend', address, 80)).rejects.toThrow())
    await stage().kubectl(['exec', 'friend', '--', 'nslookup', `web.${stage().namespace}.svc.cluster.local`])
    await stage().kubectl(['delete', 'networkpolicy', 'only-names'])
    expect(await eventually(30, () => fetchFrom(stage(), 'friend', address, 80))).toBe('hello\n')
  })

  it('scales a deployment by its CPU time', async () => {
    await stage().apply(busyDeployment, autoscaler)
    await stage().ready('deployment/busy')
    const replicas = ['get', 'deployment', 'busy', '-o', 'jsonpath={.spec.replicas}']
    await eventually(180, async () => expect(await stage().kubectl(replicas)).toBe('2'))
    expect(await stage().kubectl(['top', 'pod', '-l', 'app=busy', '--no-headers'])).toMatch(
      /busy-\S+ +\d+m +\d+Mi/,
    )
  })
})
