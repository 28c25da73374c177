import {afterEach, beforeAll, expect, it} from 'vitest'
import {rehearseFaults} from '../../../src/run/rehearse.js'
import {planOf} from '../../fakes/engine-plan.js'
import {faultOf, targetOf} from './fault-stage.js'
import {service, webDeployment} from './manifests.js'
import {clusterSuite, type Stage} from './stage.js'

const image = 'localhost/busybox:1'
const needs = {
  images: ['busybox'],
  creates: 'Deployments, NetworkPolicies, a probe pod',
  rights: ['probe'] as const,
}

/** What a shell in a pod can do: open a fresh connection, and say whether it did. */
const tryOnce = 'timeout 3 nc -w 1 $0 8080 </dev/null >/dev/null 2>&1; [ $? = 1 ] && echo cut || echo open'

/** One connection that speaks a line each second, and prints what comes back. */
const speak = '(for line in 1 2 3 4 5 6 7 8; do echo $line; sleep 1; done) | nc $0 9090'
/** What sends back each line of one connection. */
const sendBack = 'timeout 60 nc -l -p 9090 -e cat'
/** Waits until somebody listens there. */
const untilHeard =
  'for turn in 1 2 3 4 5 6 7 8 9 10; do grep -qi :2382 /proc/net/tcp /proc/net/tcp6 && exit 0; sleep 1; done'

clusterSuite('cutting the network by policies', needs, (staged) => {
  let stage: Stage

  const execIn = async (app: string, script: string, ...args: string[]): Promise<string> => {
    const [pod] = await stage.cluster.pods(`app=${app}`)
    return (
      await stage.kubectl(['exec', pod?.name ?? '', '-c', 'web', '--', 'sh', '-c', script, ...args])
    ).trim()
  }
  const addressOf = async (app: string): Promise<string> => {
    const [pod] = (await stage.cluster.pods(`app=${app}`)).filter(({ready}) => ready)
    return pod?.ip ?? ''
  }
  const reach = async (from: string, to: string): Promise<string> =>
    await execIn(from, tryOnce, await addressOf(to))
  const policies = async (): Promise<string[]> =>
    (await stage.cluster.objects.list('networking.k8s.io/v1', 'NetworkPolicy')).map(
      ({metadata}) => metadata.name,
    )

  beforeAll(async () => {
    stage = staged()
    await stage.apply(...['api', 'web', 'other'].map((name) => webDeployment(name)), service('api'))
    for (const name of ['api', 'web', 'other']) await stage.ready(`deployment/${name}`)
  })

  // What failed in the middle must not fail what comes after.
  afterEach(async () => {
    await stage.kubectl(['delete', 'networkpolicies', '--all'])
    await stage.kubectl(['delete', 'pods', '-l', 'shakedown/run', '--grace-period=0', '--wait=false'])
  })

  it('cuts one workload off from another and from nobody else, sees it bite, and gives it back', async () => {
    const target = await targetOf(stage, ['api', 'web', 'other'])
    const one = faultOf('network-cut', {from: 'web', to: 'api', probe: image, port: 8080}, target)
    const inverse = await one.prepare()
    expect(await reach('web', 'api')).toBe('open')
    const ended = execIn('api', sendBack).catch(() => {})
    await execIn('api', untilHeard)
    const spoken = execIn('web', speak, await addressOf('api'))
    await one.inject(inverse)
    const evidence = await one.observe(inverse)
    expect([await reach('web', 'api'), await reach('other', 'api'), await reach('web', 'other')]).toEqual([
      'cut',
      'open',
      'open',
    ])
    expect(evidence).toMatchObject({
      bit: 'yes',
      observations: ['connections that were let through before are cut'],
    })
    // A connection that was open goes on in this enforcer, as in most.
    expect((await spoken).split('\n')).toHaveLength(8)
    await ended
    await one.undo(inverse)
    expect(await policies()).toEqual([])
    expect(await stage.cluster.pods('shakedown/run')).toEqual([])
    expect(await reach('web', 'api')).toBe('open')
    await one.undo(inverse)
  })

  it('cuts it off from everybody', async () => {
    const target = await targetOf(stage, ['api'])
    const one = faultOf('network-cut', {to: 'api', probe: image, port: 8080}, target)
    const inverse = await one.prepare()
    await one.inject(inverse)
    expect(await one.observe(inverse)).toMatchObject({bit: 'yes'})
    expect([await reach('web', 'api'), await reach('other', 'api')]).toEqual(['cut', 'cut'])
    await one.undo(inverse)
  })

  it('cuts at the way out where a policy already stands at the door', async () => {
    const standing = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {name: 'standing'},
      spec: {podSelector: {matchLabels: {app: 'api'}}, policyTypes: ['Ingress'], ingress: [{}]},
    }
    await stage.apply(standing)
    const target = await targetOf(stage, ['api', 'web'])
    const asked = {from: 'web', to: 'api', probe: image, port: 8080}
    const atDoor = faultOf('network-cut', asked, target)
    await expect(atDoor.prepare()).rejects.toThrow('NetworkPolicy standing selects pod api-')
    const options = {...asked, direction: 'ingress'}
    const planned = {id: 'f1', fault: 'network-cut', options, startMs: 0, endMs: 9_000, aim: atDoor.aim}
    const plan = {...planOf({endpoints: {}, requests: []}), target, faults: [planned]}
    await expect(rehearseFaults(plan, atDoor.world)).rejects.toThrow(
      'NetworkPolicy standing selects pod api-',
    )
    const one = faultOf('network-cut', {...asked, direction: 'egress'}, target)
    const inverse = await one.prepare()
    await one.inject(inverse)
    expect(await one.observe(inverse)).toMatchObject({bit: 'yes'})
    expect([await reach('web', 'api'), await reach('other', 'api')]).toEqual(['cut', 'open'])
    await one.undo(inverse)
    expect(await policies()).toEqual(['standing'])
    await stage.kubectl(['delete', 'networkpolicy', 'standing'])
  })

  it('says no where the policy changes nothing, and unknown where nobody tries', async () => {
    const target = await targetOf(stage, ['api'])
    const one = faultOf('network-cut', {to: 'api', probe: image, port: 8080}, target)
    const inverse = await one.prepare()
    await one.inject(inverse)
    // As on a cluster that enforces none: the probe is let through.
    for (const name of await policies()) await stage.kubectl(['delete', 'networkpolicy', name])
    await expect.poll(async () => (await one.observe(inverse)).bit).toBe('no')
    expect(await one.observe(inverse)).toMatchObject({
      bit: 'no',
      observations: ['a connection that should be cut is let through'],
    })
    await one.undo(inverse)
    const blind = faultOf('network-cut', {to: 'api', probe: false}, target)
    const plot = await blind.prepare()
    await blind.inject(plot)
    expect(await blind.observe(plot)).toMatchObject({bit: 'unknown'})
    await blind.undo(plot)
    expect(await policies()).toEqual([])
  })

  it('takes back what a killed run had only begun, and leaves what bears another label', async () => {
    const target = await targetOf(stage, ['api'])
    const one = faultOf('network-cut', {to: 'api', probe: false}, target)
    const inverse = await one.prepare()
    // The journal was written, nothing was made: undo finds nothing, and that is well.
    await one.undo(inverse)
    const [name = ''] = (inverse as {made: {name: string}[]}).made.map((made) => made.name)
    await stage.apply({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {name, labels: {'shakedown/run': 'another'}},
      spec: {podSelector: {matchLabels: {app: 'nobody'}}, policyTypes: ['Ingress']},
    })
    await one.undo(inverse)
    expect(await policies()).toEqual([name])
    await stage.kubectl(['delete', 'networkpolicy', name])
  })
})
