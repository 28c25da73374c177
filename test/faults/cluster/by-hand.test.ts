import {expect, it} from 'vitest'
import {byHand} from '../../../src/faults/cluster/by-hand.js'
import {toxicRemedy} from '../../../src/faults/edges/toxic-undo.js'
import {clusterTarget} from '../../fakes/cluster-target.js'

const target = {...clusterTarget({}), toxiproxy: {url: 'http://127.0.0.1:43210'}}
const reach = [{address: 'toxiproxy', service: 'toxiproxy', port: 8474, by: 'port-forward' as const}]
const kubernetes = {namespace: 'shop', ...target.kubernetes, reach}

it('tells the address as it is where nothing of ours is in between', () => {
  expect(byHand('toxiproxy', target)).toEqual({first: '', url: 'http://127.0.0.1:43210'})
  expect(byHand('control', target)).toEqual({first: '', url: ''})
})

it('opens a way of its own where ours has ended with the run', () => {
  const inverse = {toxic: 'run-1_f1', proxies: ['p'], reopen: [], healthyMs: {}, before: {}}
  expect(toxicRemedy(inverse, {...target, kubernetes})).toBe(
    'kubectl --context kind-shop -n shop port-forward service/toxiproxy 8474 & sleep 2; ' +
      'curl -m 5 -X DELETE http://127.0.0.1:8474/proxies/p/toxics/run-1_f1 (if that hangs, restart Toxiproxy: no toxic survives that)',
  )
})
