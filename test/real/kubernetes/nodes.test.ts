import {afterAll, beforeAll, expect, it} from 'vitest'
import {openBlastRadius} from '../../../src/run/blast-ledger.js'
import {within} from '../../contracts/toxiproxy-rig.js'
import {faultOf, targetOf} from './fault-stage.js'
import {openPaperNodes, type PaperNodes, paperDeployment} from './paper-nodes.js'
import {clusterSuite, type Stage} from './stage.js'

interface NodeNow {
  metadata: {labels: Record<string, string>}
  spec: {unschedulable?: boolean}
}

/** A drain of all pods of a workload must be asked for. */
const all = {blastRadius: {shareOfWorkload: 1, take: () => {}}}

const creates = 'nodes on paper, Deployments of pods on them, a disruption budget'

clusterSuite('faults on nodes', {creates, rights: ['nodes']}, (staged) => {
  let stage: Stage
  let paper: PaperNodes
  let left: string
  let right: string

  const nodeNow = async (name: string): Promise<NodeNow> =>
    JSON.parse(await stage.kubectl(['get', 'node', name, '-o', 'json']))
  const isCordoned = async (name: string): Promise<boolean> =>
    (await nodeNow(name)).spec.unschedulable === true
  const nodesOf = async (app: string): Promise<(string | undefined)[]> =>
    (await stage.cluster.pods(`app=${app}`)).filter(({deleting}) => !deleting).map(({node}) => node)

  beforeAll(async () => {
    stage = staged()
    paper = openPaperNodes(stage)
    left = await paper.add('left')
    await stage.apply(
      paperDeployment('web', stage.namespace, 2),
      {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: {name: 'web'},
        spec: {minAvailable: 1, selector: {matchLabels: {app: 'web'}}},
      },
      paperDeployment('aside', stage.namespace, 1),
    )
    await stage.ready('deployment/web')
    await stage.ready('deployment/aside')
    right = await paper.add('right')
  })
  afterAll(() => paper?.close())

  it('cordon what the seed picks, label it, and give it back; twice is as good as once', async () => {
    const target = await targetOf(stage, ['web'])
    const one = faultOf('node-cordon', {label: `shakedown-test=${stage.namespace}`}, target)
    const [picked = ''] = one.aim.nodes ?? []
    expect([left, right]).toContain(picked)
    const inverse = await one.prepare()
    expect(await isCordoned(picked)).toBe(false)
    await one.inject(inverse)
    expect((await nodeNow(picked)).metadata.labels['shakedown/run']).toBe(one.world.runId)
    expect(await one.observe(inverse)).toMatchObject({bit: 'yes'})
    await one.undo(inverse)
    await one.undo(inverse)
    const after = await nodeNow(picked)
    expect(after.spec.unschedulable).toBeUndefined()
    expect(after.metadata.labels).not.toHaveProperty('shakedown/run')
    expect(one.notes).toEqual([])
  })

  it('leave a node cordoned that was so before, and one that another run holds alone', async () => {
    const target = await targetOf(stage, ['web'])
    await stage.kubectl(['cordon', right])
    const one = faultOf('node-cordon', {node: right}, target)
    const inverse = await one.prepare()
    await one.inject(inverse)
    expect(await one.observe(inverse)).toMatchObject({
      bit: 'no',
      observations: [`node ${right} was cordoned before the fault began`],
    })
    await one.undo(inverse)
    expect(await isCordoned(right)).toBe(true)
    await stage.kubectl(['uncordon', right])
    await stage.kubectl(['label', 'node', right, 'shakedown/run=another'])
    await expect(one.prepare()).rejects.toThrow(`Node ${right} is cordoned by run another`)
    await stage.kubectl(['label', 'node', right, 'shakedown/run-'])
  })

  it('say when somebody uncordoned it meanwhile, and leave what somebody else cordoned since', async () => {
    const target = await targetOf(stage, ['web'])
    const one = faultOf('node-cordon', {node: right}, target)
    const inverse = await one.prepare()
    await one.inject(inverse)
    await stage.kubectl(['uncordon', right])
    expect(await one.observe(inverse)).toMatchObject({bit: 'no'})
    await one.undo(inverse)
    expect(one.notes).toEqual([`node ${right} was uncordoned by somebody else meanwhile`])
    await stage.kubectl(['cordon', right])
    await one.undo(inverse)
    expect(await isCordoned(right)).toBe(true)
    await stage.kubectl(['uncordon', right])
  })

  it('count what a drain takes from a workload as the pods are now, and refuse before anything is touched', async () => {
    const target = await targetOf(stage, ['web'])
    const scenario = {faults: [], blastRadius: {nodes: 1, pods: 2}}
    // Only what the ledger reads of a plan.
    const blastRadius = openBlastRadius({scenario, faults: []} as unknown as Parameters<
      typeof openBlastRadius
    >[0])
    const one = faultOf('node-drain', {node: left}, target, {blastRadius})
    expect(one.aim).toMatchObject({nodes: [left], pods: 2, takes: [{of: 'workload web', taken: 2, ready: 2}]})
    await expect(one.prepare()).rejects.toThrow('it would take all 2 ready pods of workload web')
    expect(await isCordoned(left)).toBe(false)
  })

  it('drain as budgets allow: the second pod goes when the first has its replacement on the other node', async () => {
    const target = await targetOf(stage, ['web'])
    const one = faultOf('node-drain', {workload: 'web'}, target, all)
    const inverse = await one.prepare()
    await within(one.inject(inverse), 'draining', 90_000)
    expect(await nodesOf('web')).not.toContain(left)
    expect(one.notes).toEqual([
      expect.stringMatching(/^eviction of web-\S+ is refused: .*budget.*asking again$/),
    ])
    expect(await one.observe(inverse)).toMatchObject({bit: 'yes', numbers: {'pods that left': 2}})
    // Not of the target: none of its business.
    expect(await nodesOf('aside')).toEqual([left])
    await one.undo(inverse)
    expect(await isCordoned(left)).toBe(false)
    expect(await nodesOf('web')).toEqual([right, right])
  })

  it('tell which budget is in the way when it never lets go, and that the drain did not happen', async () => {
    await stage.kubectl(['patch', 'pdb', 'web', '--type=merge', '-p', '{"spec":{"minAvailable":2}}'])
    const target = await targetOf(stage, ['web'])
    const one = faultOf('node-drain', {node: right}, target, {lastsMs: 6_000, ...all})
    const inverse = await one.prepare()
    await one.inject(inverse)
    const {bit, observations} = await one.observe(inverse)
    expect(bit).toBe('no')
    expect(observations.join()).toMatch(/web-\S+, web-\S+ still there: 0 of 2 pods have left/)
    await one.undo(inverse)
    expect(await isCordoned(right)).toBe(false)
  })

  it('refuse a pod that nobody would replace', async () => {
    const target = await targetOf(stage, ['web'])
    const pods = target.workloads['web']?.pods?.map(({controller: _none, ...rest}) => rest) ?? []
    const orphaned = {...target, workloads: {web: {replicas: [], ...target.workloads['web'], pods}}}
    expect(() => faultOf('node-drain', {node: right}, orphaned)).toThrow(/no controller/)
  })
})
