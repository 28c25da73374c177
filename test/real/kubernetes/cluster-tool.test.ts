import {setTimeout as sleep} from 'node:timers/promises'
import {expect, it} from 'vitest'
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
    const answer = await eventually(10, async () => (await fetch(`http://127.0.0.1:${port}/`)).text())
    expect(answer).toBe('hello\n')
    const name = `web.${stage().namespace}.svc.cluster.local`
    expect(await eventually(10, () => fetchFrom(stage(), 'shell', name, 80))).toBe('hello\n')
    expect(await stage().kubectl(['exec', 'shell', '--', 'nslookup', name])).toMatch(/Address: 10\.96\./)
  })
})
