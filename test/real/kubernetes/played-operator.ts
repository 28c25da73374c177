import {setTimeout as sleep} from 'node:timers/promises'
import type {KubernetesObject} from '../../../src/clients/kubernetes/cluster.js'
import {segmentOf} from '../../../src/engines/k6-operator/segments.js'
import type {Stage} from './stage.js'

/*
 * The part of the k6-operator, which cannot be had here: for each TestRun of a namespace the Jobs, Services, labels and
 * stages that it makes (grafana/k6-operator 1.6), with real pods.
 */

/** The kind, with no more than what is needed to take any TestRun as it is. */
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {name: 'testruns.k6.io', labels: {'shakedown-test': ''}},
  spec: {
    group: 'k6.io',
    scope: 'Namespaced',
    names: {kind: 'TestRun', listKind: 'TestRunList', plural: 'testruns', singular: 'testrun'},
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: {openAPIV3Schema: {type: 'object', 'x-kubernetes-preserve-unknown-fields': true}},
        subresources: {status: {}},
      },
    ],
  },
}

/** Makes the kind known, and waits until it is. */
export const installTestRuns = async ({apply, kubectl}: Stage): Promise<void> => {
  await apply(definition)
  await kubectl(['wait', '--for=condition=Established', 'crd/testruns.k6.io', '--timeout=20s'])
}

/** Takes the kind away, and waits until it is: another suite may find it going. */
export const removeTestRuns = async ({kubectl}: Stage): Promise<void> => {
  await kubectl(['delete', 'crd', 'testruns.k6.io', '--ignore-not-found', '--timeout=60s'])
}

interface PodPart {
  image: string
  imagePullPolicy?: string
  env?: object[]
  resources?: object
  metadata?: {labels?: Record<string, string>}
  nodeSelector?: object
  volumes?: object[]
  volumeMounts?: object[]
}

interface TestRun {
  metadata: {name: string; uid: string; deletionTimestamp?: string}
  spec: {
    parallelism: number
    arguments: string
    quiet: string
    paused: string
    script: {configMap: {name: string; file: string}}
    initializer: PodPart
    runner: PodPart
  }
}

const ownedBy = ({metadata: {name, uid}}: TestRun) => [
  {apiVersion: 'k6.io/v1alpha1', kind: 'TestRun', name, uid, controller: true},
]

const jobOf = (
  run: TestRun,
  job: string,
  part: Omit<PodPart, 'resources'> & {resources?: object},
  command: string[],
  more: Record<string, string> = {},
): KubernetesObject => {
  const labels = {app: 'k6', k6_cr: run.metadata.name, ...more, ...part.metadata?.labels}
  const {image, imagePullPolicy = 'IfNotPresent', env = [], resources = {}, nodeSelector = {}} = part
  const {volumes = [], volumeMounts = []} = part
  const {name} = run.spec.script.configMap
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {name: job, labels, ownerReferences: ownedBy(run)},
    spec: {
      backoffLimit: 0,
      template: {
        metadata: {labels},
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 2,
          nodeSelector,
          containers: [
            {
              name: 'k6',
              image,
              imagePullPolicy,
              command,
              env,
              resources,
              volumeMounts: [{name: 'test', mountPath: '/test'}, ...volumeMounts],
            },
          ],
          volumes: [{name: 'test', configMap: {name}}, ...volumes],
        },
      },
    },
  }
}

const runnerOf = (run: TestRun, index: number): KubernetesObject[] => {
  const {name} = run.metadata
  const {parallelism, runner, script, quiet, paused} = run.spec
  const {segment, sequence} = segmentOf(index, parallelism)
  const number = String(index + 1)
  const command = [
    ...['k6', 'run', ...(quiet === 'true' ? ['--quiet'] : [])],
    ...[`--execution-segment=${segment}`, `--execution-segment-sequence=${sequence}`],
    ...run.spec.arguments.split(' '),
    ...[
      `/test/${script.configMap.file}`,
      '--address=0.0.0.0:6565',
      ...(paused === 'true' ? ['--paused'] : []),
    ],
    ...['--tag', `instance_id=${number}`, '--tag', `testrun_name=${name}`],
  ]
  const job = jobOf(run, `${name}-${number}`, runner, command, {runner: 'true'})
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {name: `${name}-service-${number}`, ownerReferences: ownedBy(run)},
    spec: {selector: {'job-name': `${name}-${number}`}, ports: [{port: 6565}]},
  }
  return [service, job]
}

const starterOf = (run: TestRun): KubernetesObject => {
  const urls = Array.from(
    {length: run.spec.parallelism},
    (_, index) => `http://${run.metadata.name}-service-${index + 1}:6565/v1/status`,
  )
  const program = `
const body = JSON.stringify({data: {attributes: {paused: false}, id: 'default', type: 'status'}})
const start = async () => {
  for (const url of ${JSON.stringify(urls)}) for (let left = 30; ; left--) {
    const ok = await fetch(url, {method: 'PATCH', body}).then((answer) => answer.ok, () => false)
    if (ok || left === 0) break
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
start()`
  const part = {image: 'localhost/node:1', imagePullPolicy: 'Never'}
  return jobOf(run, `${run.metadata.name}-starter`, part, ['node', '-e', program])
}

/** Plays the operator in a namespace until it is ended; `takesUp` says of which TestRuns it takes notice. */
export const playOperator = (
  {cluster, kubectl}: Stage,
  takesUp: () => boolean = () => true,
): {end(): Promise<void>} => {
  const ending = new AbortController()
  const {objects} = cluster
  const make = async (...all: KubernetesObject[]): Promise<void> => {
    for (const one of all) await objects.create(one)
  }
  const setStage = async (name: string, stage: string): Promise<void> => {
    const change = JSON.stringify({status: {stage}})
    await kubectl(['patch', 'testrun', name, '--subresource=status', '--type=merge', '-p', change])
  }
  const jobState = async (job: string) => {
    const found = await objects.read('batch/v1', 'Job', job)
    return (found as {status?: {succeeded?: number; failed?: number}} | undefined)?.status ?? {}
  }
  /** As the operator does, it waits for ever. */
  const until = async (isTrue: () => Promise<boolean>): Promise<void> => {
    while (!(await isTrue())) await sleep(300, undefined, {signal: ending.signal})
  }
  const play = async (run: TestRun): Promise<void> => {
    const {name} = run.metadata
    const {parallelism, script, initializer} = run.spec
    await setStage(name, 'initialization')
    const archive = `k6 archive /test/${script.configMap.file} -O /tmp/test.tar && k6 inspect --execution-requirements /tmp/test.tar`
    await make(jobOf(run, `${name}-initializer`, initializer, ['sh', '-c', archive]))
    await until(async () =>
      Object.keys(await jobState(`${name}-initializer`)).some((key) => /succeeded|failed/.test(key)),
    )
    if ((await jobState(`${name}-initializer`)).failed) return await setStage(name, 'error')
    const numbers = Array.from({length: parallelism}, (_, index) => index)
    await make(...numbers.flatMap((index) => runnerOf(run, index)))
    await setStage(name, 'created')
    await until(async () => {
      const pods = await objects.list('v1', 'Pod', `k6_cr=${name},runner=true`)
      const running = pods.filter((pod) => (pod as {status?: {phase?: string}}).status?.phase === 'Running')
      return running.length === parallelism
    })
    await make(starterOf(run))
    await setStage(name, 'started')
    await until(async () => {
      const states = await Promise.all(numbers.map((index) => jobState(`${name}-${index + 1}`)))
      return states.every(({succeeded, failed}) => succeeded || failed)
    })
    await setStage(name, 'finished')
  }
  const playing = (async () => {
    const taken = new Set<string>()
    const plays: Promise<void>[] = []
    while (!ending.signal.aborted) {
      const found = await objects.list('k6.io/v1alpha1', 'TestRun').catch(() => [])
      for (const one of found) {
        // As the engine wrote it.
        const run = one as unknown as TestRun
        if (taken.has(run.metadata.name) || !takesUp()) continue
        taken.add(run.metadata.name)
        // One that is removed under its hands is none of its business any more.
        plays.push(play(run).catch(() => {}))
      }
      await sleep(300, undefined, {signal: ending.signal}).catch(() => {})
    }
    await Promise.all(plays)
  })()
  return {
    end: async () => {
      ending.abort()
      await playing
    },
  }
}
