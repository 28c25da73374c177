import {setTimeout as sleep} from 'node:timers/promises'
import {
  down,
  kill,
  killReplica,
  onOwnToxic,
  plain,
  type Sabotage,
  seenInForce,
  whenLoadFlows,
} from './sabotage-groups.js'
import {strangerAt, until} from './sabotage-stage.js'

/** What somebody else does to the faults, the proxies and the replicas. */
export const worldSabotages: Sabotage[] = [
  {
    what: 'toxic on an edge that nobody uses',
    group: plain,
    parts: {fault: 'latency: {edge: front->b, delay: 300ms}'},
    because: /fault f1 took effect/,
  },
  {
    what: 'toxicity set to 0 by somebody else',
    group: plain,
    during: async (stage) => {
      await seenInForce(stage)
      await onOwnToxic(stage, (name) => strangerAt(stage).change('a', name, {toxicity: 0}))
    },
    because: /fault f1 stayed in force.*changed/,
  },
  {
    what: 'proxy bypassed by the caller',
    group: plain,
    before: ({front}) => {
      front.mood.bypass = true
    },
    because: /fault f1 took effect/,
  },
  {
    what: 'one replica fewer than the target says',
    group: plain,
    target: (target) => {
      target.workloads = {shop: ['shop-1', 'shop-2', 'shop-3']}
    },
    because: /replicas as the target says: .*2 of 3 of shop \(not shop-3\)/,
  },
  {
    what: 'fault removed by somebody else',
    group: plain,
    during: async (stage) => {
      await seenInForce(stage)
      await onOwnToxic(stage, (name) => strangerAt(stage).remove('a', name))
    },
    because: /fault f1 stayed in force.*lost toxic/,
  },
  {
    what: 'proxies reset by somebody else',
    group: plain,
    during: async (stage) => {
      await seenInForce(stage)
      await strangerAt(stage).reset()
    },
    because: /fault f1 stayed in force.*lost toxic/,
  },
  {
    what: 'closed proxy opened by somebody else',
    group: down,
    during: async (stage) => {
      await until(async () => !(await strangerAt(stage).isOpen('a')))
      await sleep(2_300)
      await strangerAt(stage).open('a', true)
    },
    because: /fault f1 stayed in force.*was opened/,
  },
  {
    what: "another run's toxic on the edge",
    group: plain,
    during: async (stage) => {
      await seenInForce(stage)
      await strangerAt(stage).add('a', '20260102-030405-elsewhere-beef_f1')
    },
    because: /no other run on the target: 1 other run \(20260102-030405-elsewhere-beef\)/,
  },
  {
    what: 'another replica restarted by somebody else',
    group: plain,
    during: async (stage) => {
      await seenInForce(stage)
      killReplica(stage, 'shop-2')
    },
    because: /replicas restarted by nobody else.*shop-2/,
  },
  {
    what: 'victim replaced before it was killed',
    group: kill,
    during: async (stage) => {
      await whenLoadFlows(stage)
      killReplica(stage, 'shop-1')
    },
    because: /replicas restarted by nobody else.*before any fault|replicas as the target says/,
  },
]
