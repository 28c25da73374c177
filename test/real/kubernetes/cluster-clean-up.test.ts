import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {openSecondCluster, type SecondCluster} from './second-cluster.js'
import {clusterSuite, found} from './stage.js'

const ours = 'kubectl' in found && found.ours

clusterSuite('a test cluster of its own', {creates: 'nothing (a second cluster beside it)'}, () => {
  let second: SecondCluster
  beforeAll(async () => {
    if (ours) second = await openSecondCluster()
  })
  afterAll(async () => {
    if (ours) await second.close()
  })

  const kubectl = (...args: string[]): Promise<string> => {
    const program = 'kubectl' in found ? found.kubectl : 'kubectl'
    return second.inside(program, '--kubeconfig', join(second.folder, 'admin.kubeconfig'), ...args)
  }

  /** Up from nothing to a pod that is ready, in seconds. */
  const comeUp = async (): Promise<number> => {
    const begin = performance.now()
    expect(await second.tool('up.mjs')).toBe(`export KUBECONFIG=${second.folder}/admin.kubeconfig\n`)
    const image = ['--image=localhost/busybox:1', '--image-pull-policy=Never']
    await kubectl('run', 'first', ...image, '--command', '--', 'sleep', '60')
    await kubectl('wait', '--for=condition=Ready', 'pod/first', '--timeout=60s')
    return (performance.now() - begin) / 1_000
  }

  it.runIf(ours)(
    'comes up over what kill -9 of everything left, and goes without a trace after another',
    async () => {
      const seconds = await comeUp()
      process.stderr.write(`first pod ready ${seconds.toFixed(1)} s after cluster:up\n`)
      expect((await second.traces()).length).toBeGreaterThan(20)
      // Ten parts, and a shim, a pause process and a program per pod.
      expect(second.killAll()).toBeGreaterThanOrEqual(13)
      await expect(second.tool('find.mjs')).rejects.toThrow()

      await comeUp()
      expect(await second.tool('find.mjs')).toContain(second.folder)
      second.killAll()
      await second.tool('down.mjs')
      expect(await second.traces()).toEqual([])
    },
  )
})
