import {writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import type {ScrapeTarget} from '../../src/scenarios/target.js'

const scenario = (name: string, alert: string, fault = '4s'): string => `name: ${name}
target: target.json
load: {profile: {constant: 40/s}, requests: [{name: browse, get: /}]}
phases: {warm-up: 1s, baseline: 0s, fault: ${fault}, recovery: 0s}
faults: []
rules: [rules.yaml]
objectives:
  - {openslo: slo.yaml, during: [fault]}
  - {alert: Freezing, during: [fault]}
  - {name: heat, query: job:heat:max, expect: "== 9", during: [fault]}
guards: [{alert: ${alert}}]
`

const rules = `groups:
  - name: g
    interval: 500ms
    rules:
      - {record: job:heat:max, expr: max by (job) (heat)}
      - {alert: Freezing, expr: "job:heat:max < 0"}
      - {alert: Hot, expr: "job:heat:max > 5", for: 1s}
      - {alert: Boiling, expr: "job:heat:max > 50"}
`

const slo = `apiVersion: openslo/v1
kind: SLO
metadata: {name: availability}
spec:
  indicator:
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(answers_total{code="200"}[5m]))'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(answers_total[5m]))'}}}
  budgetingMethod: Occurrences
  objectives: [{target: 0.9}]
`

/** Scenarios that are judged by an SLO file and a rule file: two to run, and one to judge by. */
export const writeSloFiles = (folder: string): void => {
  const files = {
    'rules.yaml': rules,
    'slo.yaml': slo,
    'calm.yaml': scenario('calm', 'Boiling'),
    // It ends when its guard trips.
    'hot.yaml': scenario('hot', 'Hot', '60s'),
    'judge-hot.yaml': scenario('judge-hot', 'Boiling').replace('Freezing', 'Hot'),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
}

export interface HotShop {
  /** Where its metrics are. */
  page: ScrapeTarget
  close(): Promise<void>
}

/** A shop of one page that counts its answers, and has a gauge `heat` of 9; its target file lies in the folder. */
export const startHotShop = async (folder: string): Promise<HotShop> => {
  let answered = 0
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      answered++
      response.end('ok')
      return
    }
    response.setHeader('content-type', 'text/plain; version=0.0.4')
    response.end(
      `# TYPE answers_total counter\nanswers_total{code="200"} ${answered}\nanswers_total{code="500"} 0\nheat 9\n`,
    )
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  // A server that listens on TCP has an address of this shape.
  const {port} = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const page: ScrapeTarget = {url: `${url}/metrics`, labels: {job: 'shop', instance: 'one'}}
  const target = {
    name: 'hot-shop',
    endpoints: {shop: url},
    metrics: {
      scrape: {every: '250ms', targets: [page]},
    },
  }
  writeFileSync(join(folder, 'target.json'), JSON.stringify(target))
  return {
    page,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
