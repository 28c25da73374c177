import {readFile} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import {beforeAll, expect, it} from 'vitest'
import {parse, stringify} from 'yaml'
import {service, webDeployment} from './manifests.js'
import {clusterSuite} from './stage.js'

const scenario = {
  name: 'from-inside',
  summary: 'One of three web pods is deleted, and nobody notices.',
  target: 'target.yaml',
  load: {
    profile: {constant: '40/s'},
    'max-in-flight': 200,
    requests: [{name: 'home', get: '/'}],
  },
  phases: {baseline: '5s', fault: '8s', recovery: '5s'},
  faults: [{'pod-delete': {workload: 'web'}}],
  objectives: [
    {
      name: 'home is there',
      good: 'shakedown_load_requests_total{outcome="answered", code="200"}',
      total: 'shakedown_load_requests_total',
      target: '90%',
      during: ['fault'],
    },
  ],
}

/** Addresses as pods see them; the account that the pod runs as takes the place of a kubeconfig. */
const targetIn = (namespace: string) => ({
  name: 'web',
  endpoints: {web: `http://web.${namespace}.svc`},
  kubernetes: {namespace},
  workloads: {web: {deployment: 'web'}},
  metrics: {scrape: {targets: [{url: `http://web.${namespace}.svc/metrics`, labels: {job: 'web'}}]}},
})

/** The job that ships, with nothing changed but the namespace and where the test cluster has the image. */
const shippedJob = async (namespace: string) => {
  const text = await readFile(new URL('../../../deploy/job.yaml', import.meta.url), 'utf8')
  const job = parse(
    text.replaceAll(/namespace: shop\b|=shop\//g, (found) => found.replace('shop', namespace)),
  )
  Object.assign(job.spec.template.spec.containers[0], {
    image: 'localhost/shakedown:1',
    imagePullPolicy: 'Never',
  })
  return job
}

const needs = {images: ['shakedown'], creates: 'a web server and a job'}

clusterSuite('a run from inside the cluster', needs, (stage) => {
  beforeAll(async () => {
    const {namespace, apply, ready} = stage()
    const web = webDeployment('web', 3)
    await apply(web, service('web'))
    const data = {'scenario.yaml': stringify(scenario), 'target.yaml': stringify(targetIn(namespace))}
    await apply({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'shakedown-scenario'}, data})
    await ready('deployment/web')
  })

  /** Runs the job to its end; how it ended, what it printed and what it left. */
  const runJob = async () => {
    const {namespace, kubectl, apply} = stage()
    await kubectl(['delete', 'job', 'shakedown', '--ignore-not-found'])
    await apply(await shippedJob(namespace))
    const ended = async (): Promise<string> =>
      await kubectl(['get', 'job', 'shakedown', '-o', 'jsonpath={.status.conditions[*].type}'])
    for (let left = 300; !/Complete|Failed/.test(await ended()) && left > 0; left--) await sleep(500)
    const log = await kubectl(['logs', 'job/shakedown'])
    const result = JSON.parse(await kubectl(['get', 'configmap', 'shakedown-result', '-o', 'json'])).data
    return {ended: await ended(), log, result}
  }

  it('deletes a pod with the account of the job, and leaves its verdict in a ConfigMap', async () => {
    const {cluster} = stage()
    for (let tries = 3; ; tries--) {
      const before = (await cluster.pods('app=web')).map(({uid}) => uid)
      const {ended, log, result} = await runJob()
      const after = (await cluster.pods('app=web')).map(({uid}) => uid)
      expect(after.filter((uid) => before.includes(uid))).toHaveLength(2)
      // A machine that is busy with something else decides nothing, and that is what the run says.
      if (result.outcome === 'invalid' && /generator was the bottleneck/.test(log) && tries > 1) {
        process.stderr.write(
          `RUN AGAIN (${tries - 1} tries left): from-inside: the generator was the bottleneck\n`,
        )
        continue
      }
      expect(ended, log).toContain('Complete')
      expect(result, log).toMatchObject({outcome: 'pass', 'exit-code': '0', scenario: 'from-inside'})
      return
    }
  })
})
