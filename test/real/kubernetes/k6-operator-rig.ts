import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll} from 'vitest'
import type {Plan} from '../../../src/plan/plan.js'
import {loadClusterDefaults} from '../../../src/scenarios/load-cluster-defaults.js'
import type {LoadCluster} from '../../../src/scenarios/scenario.js'
import {reachTarget} from '../../../src/targets/kubernetes/reach.js'
import type {User} from '../../e2e/cli.js'
import {planOf} from '../../fakes/engine-plan.js'
import {bringCounter, counterUrl} from './load-counter.js'
import {removeTestRuns} from './played-operator.js'
import {bringPrometheus} from './push-prometheus.js'
import {clusterSuite, type Stage} from './stage.js'

const pods: LoadCluster = {
  ...loadClusterDefaults,
  image: 'localhost/k6:1',
  pullPolicy: 'Never',
  cpu: '20m',
  memory: '256Mi',
  readyWithinMs: 60_000,
}
const needs = {
  images: ['k6', 'node', 'prometheus'],
  creates: 'pods, Jobs, ConfigMaps and, with their kind, TestRuns',
  rights: ['load'] as const,
}

/** What suites of the engine work with. */
export interface OperatorRig {
  stage: () => Stage
  /** The plan with its load by the operator, in the stage's namespace, pushed to the Prometheus there. */
  inCluster(plan: Plan, more?: Partial<LoadCluster>): Plan
  /** What loads have left there, by name. */
  left(): Promise<string>
  /** Writes a scenario of 20 requests per second to `/run` of the counter, and its target; returns its path. */
  write(user: User, faultFor: string): string
}

const scenarioOf = (faultFor: string): object => ({
  name: 'by-operator',
  summary: 'Load from the runners of the k6-operator.',
  target: 'target.yaml',
  load: {
    engine: 'k6-operator',
    kubernetes: {image: 'localhost/k6:1', 'image-pull-policy': 'Never', cpu: '20m', memory: '256Mi'},
    timeout: '1s',
    profile: {constant: '20/s'},
    requests: [{name: 'browse', get: '/run'}],
  },
  phases: {'warm-up': '0s', baseline: '1s', fault: faultFor, recovery: '1s'},
  faults: [],
  objectives: [
    {
      name: 'answered',
      good: 'prometheus_http_requests_total{code=~"2.."}',
      total: 'prometheus_http_requests_total',
      target: '99%',
      during: ['baseline', 'recovery'],
    },
  ],
})

/** A suite with a counter and a Prometheus that takes pushes; the kind TestRun goes at its end. */
export const operatorSuite = (name: string, tests: (rig: OperatorRig) => void): void =>
  clusterSuite(name, needs, (stage) => {
    let url = ''
    let closeWay = async (): Promise<void> => {}
    beforeAll(async () => {
      await Promise.all([bringCounter(stage()), bringPrometheus(stage())])
      const {kubeconfig, context, namespace} = stage()
      const reach = [{address: 'prometheus', service: 'prometheus', port: 9090, by: 'port-forward' as const}]
      const plan = planOf({endpoints: {}, requests: []})
      const target = {...plan.target, kubernetes: {kubeconfig, context, namespace, reach}}
      const reached = await reachTarget(target, new AbortController().signal)
      closeWay = reached.close
      if (reached.target.metrics.kind === 'prometheus') url = reached.target.metrics.url
    })
    afterAll(async () => {
      await closeWay()
      await removeTestRuns(stage())
    })
    tests({
      stage,
      inCluster: (plan, more = {}) => {
        const {kubeconfig, context, namespace} = stage()
        const remoteWrite = `http://prometheus.${namespace}.svc:9090/api/v1/write`
        const cluster = {...pods, remoteWrite, ...more}
        const load = {...plan.scenario.load, engine: 'k6-operator', cluster}
        const metrics = {kind: 'prometheus' as const, url}
        const target = {...plan.target, metrics, kubernetes: {kubeconfig, context, namespace}}
        return {...plan, scenario: {...plan.scenario, load}, target}
      },
      left: () =>
        stage().kubectl([
          ...['get', 'testruns,jobs,configmaps,secrets,pods'],
          ...['-l', 'shakedown/load', '-o', 'name'],
        ]),
      write: (user, faultFor) => {
        const {kubeconfig, context, namespace} = stage()
        const target = {
          name: 'namespace',
          endpoints: {counter: counterUrl(stage())},
          kubernetes: {kubeconfig, context, namespace},
          metrics: {prometheus: {service: 'prometheus', port: 9090, by: 'port-forward'}},
        }
        writeFileSync(join(user.home, 'target.yaml'), JSON.stringify(target))
        const path = join(user.home, 'by-operator.yaml')
        writeFileSync(path, JSON.stringify(scenarioOf(faultFor)))
        return path
      },
    })
  })
