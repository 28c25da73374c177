// What is run and killed: several faults at once, at offsets, overlapping on one proxy, on edges, processes, switches.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'

/** By name. Each is in force for about two seconds, so that a round is short and undo happens often. */
const faultsOf = {
  edges: [
    'latency: {edge: front->a, delay: 80ms, jitter: 20ms, for: 1800ms}',
    'bandwidth: {edge: front->b, rate: 20KB/s, at: 150ms, for: 1500ms}',
    'down: {edge: front->c, at: 300ms, for: 1200ms}',
    'reset-peer: {edge: front->a, toxicity: 50%, at: 700ms, for: 700ms}',
    'timeout: {edge: front->b, direction: upstream, at: 900ms}',
  ],
  shapes: [
    'latency: {edge: front->a, delay: 60ms, at: 0s, for: 900ms}',
    'latency: {edge: front->a, direction: upstream, delay: 60ms, at: 400ms, for: 1s}',
    'bandwidth: {edge: front->a, rate: 50KB/s, at: 500ms}',
    'down: {edge: front->b, at: 200ms, for: 300ms}',
    'down: {edge: front->b, at: 900ms, for: 300ms}',
    'timeout: {edge: front->c, toxicity: 50%, close-after: 100ms, at: 100ms}',
  ],
  varying: [
    'latency: {edge: front->a, delay: 80ms, envelope: {ramp: {up: 1s, down: 500ms}}}',
    'down: {edge: front->c, at: 100ms, envelope: {pulse: {every: 1s, on: 500ms}}}',
    'slicer: {edge: front->b, average-size: 500B, delay: 1ms, at: 200ms}',
    'bandwidth: {edge: front->a, rate: 50KB/s, fresh-connections: true, at: 400ms, for: 1s}',
    'limit-data: {edge: front->b, bytes: 2KB, fresh-connections: true, at: 600ms, for: 800ms}',
    'slow-close: {edge: front->c, delay: 200ms, direction: upstream, at: 800ms}',
  ],
  processes: [
    'latency: {edge: front->a, delay: 50ms}',
    'freeze: {workload: shop, replica: shop-2, at: 100ms, for: 900ms}',
    'kill: {workload: shop, replica: shop-1, respawn: never, at: 300ms, for: 700ms}',
    'switch: {set: {shop.retry: off, shop.limit: 7}, at: 50ms, for: 1700ms}',
    'down: {edge: front->c, at: 500ms, for: 900ms}',
  ],
}

/** The names of what can be run. */
export const variants = Object.keys(faultsOf)

/** What a scenario must be seen to change when nobody kills it: a fault that does nothing needs no undo. */
export const partsBroken = (path) => (path.endsWith('processes.yaml') ? ['proxies', 'replicas'] : ['proxies'])

const textOf = (name, faults, faultMs, more) => `name: soak-${name}
summary: Several faults at once, whose run is killed.
target: target.yaml
load:
  profile: {constant: 20/s}
  timeout: 500ms
  requests:
    - {name: a, get: /, endpoint: a}
    - {name: b, get: /, endpoint: b}
    - {name: c, get: /, endpoint: c}
phases: {warm-up: 0s, baseline: 300ms, fault: ${faultMs}ms, recovery: 200ms}
faults:
${faults.map((fault) => `  - ${fault}`).join('\n')}
objectives:
  - {name: answers, good: 'http_requests_total{code="200"}', total: 'http_requests_total', target: 1%}
${more}`

/** Writes a scenario beside its target file, with `more` at its end; returns its path. */
export const writeScenario = (folder, name, faults = faultsOf[name], faultMs = 2_000, more = '') => {
  const path = join(folder, `${name}.yaml`)
  writeFileSync(path, textOf(name, faults, faultMs, more))
  return path
}
