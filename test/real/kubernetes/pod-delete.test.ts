import {beforeAll, expect, it} from 'vitest'
import type {Pod} from '../../../src/scenarios/kubernetes.js'
import {eventually, within} from '../../contracts/toxiproxy-rig.js'
import {faultOf, targetOf} from './fault-stage.js'
import {webDeployment} from './manifests.js'
import {clusterSuite, type Stage} from './stage.js'

const budget = (minAvailable: number, name = 'web-budget'): object => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: {name},
  spec: {minAvailable, selector: {matchLabels: {app: 'web'}}},
})

clusterSuite('pods that are deleted', {images: ['busybox'], creates: 'Deployments, a budget'}, (staged) => {
  let stage: Stage

  const podsOf = async (app = 'web'): Promise<Pod[]> =>
    (await stage.cluster.pods(`app=${app}`)).filter(({deleting}) => !deleting)
  const uidsOf = async (): Promise<string[]> => (await podsOf()).map(({uid}) => uid)
  const allReady = (): Promise<void> =>
    eventually('three ready pods', async () => (await podsOf()).filter(({ready}) => ready).length === 3)
  const plan = async (
    options: Record<string, string | number | boolean>,
    more: Parameters<typeof faultOf>[3] = {},
  ) => faultOf('pod-delete', {workload: 'web', ...options}, await targetOf(stage, ['web']), more)

  beforeAll(async () => {
    stage = staged()
    await stage.apply(webDeployment('web', 3))
    await stage.ready('deployment/web')
  }, 240_000)

  it('are those that the plan names, which the same seed names again; others stay, and a replacement comes', async () => {
    const before = await uidsOf()
    const one = await plan({grace: 0})
    expect((await plan({grace: 0})).aim).toEqual(one.aim)
    const picked = new Set<string>()
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) picked.add((await plan({}, {seed})).aim.replicas.join())
    expect(picked.size).toBeGreaterThan(1)
    const inverse = await one.prepare()
    expect(await uidsOf()).toEqual(before)
    await one.inject(inverse)
    const evidence = await within(one.observe(inverse), 'a look', 60_000)
    expect(evidence).toMatchObject({bit: 'yes', numbers: {asked: 1, hit: 1, restarts: 0}})
    expect(evidence.numbers['ready again ms']).toBeGreaterThan(0)
    expect(evidence.observations.join('\n')).toMatch(
      /is (gone|ending).*\nready again after [\d.]+m?s: 3 pods$/s,
    )
    await one.undo(inverse)
    await one.undo(inverse)
    const after = await uidsOf()
    expect(after.filter((uid) => !before.includes(uid))).toHaveLength(1)
    expect(after).toHaveLength(3)
    expect(one.notes).toEqual([])
  })

  it('are not waited for when nothing was deleted: undo is safe without inject', async () => {
    const one = await plan({})
    const inverse = await one.prepare()
    await within(one.undo(inverse), 'undo')
  })

  it('go one after the other, each when the one before has its replacement', async () => {
    await allReady()
    const before = await uidsOf()
    const one = await plan({all: true, order: 'one-by-one', grace: 0})
    expect(one.aim).toMatchObject({pods: 3, takes: [{taken: 1}]})
    let fewest = 3
    const stop = new AbortController()
    const watching = stage.cluster.watchPods(
      'app=web',
      (pods) => {
        fewest = Math.min(fewest, pods.filter(({ready, deleting}) => ready && !deleting).length)
      },
      stop.signal,
    )
    const inverse = await one.prepare()
    await within(one.inject(inverse), 'all in turn', 90_000)
    await one.undo(inverse)
    stop.abort()
    await watching
    expect(fewest).toBe(2)
    expect((await uidsOf()).filter((uid) => before.includes(uid))).toEqual([])
    expect(one.notes).toHaveLength(3)
  })

  it('are chosen again when a planned one has gone since, and the number stays exact', async () => {
    await allReady()
    const one = await plan({})
    const [planned = ''] = one.aim.replicas
    await stage.kubectl(['delete', 'pod', planned, '--grace-period=0', '--force', '--wait=true'])
    await allReady()
    const before = await uidsOf()
    const inverse = await one.prepare()
    expect(one.notes).toEqual([
      expect.stringMatching(
        `^f1: since it was planned, ${planned} not there any more: hits web-\\S+ by the same rule$`,
      ),
    ])
    await one.inject(inverse)
    expect((await uidsOf()).filter((uid) => before.includes(uid))).toHaveLength(2)
    await one.undo(inverse)
  })

  it('are left alone when another pod bears the name by now: the uid is the precondition', async () => {
    await allReady()
    const one = await plan({})
    const inverse = await one.prepare()
    const before = await uidsOf()
    const [name = ''] = one.aim.replicas
    await one.inject({
      ...(inverse as object),
      victims: {[name]: '00000000-0000-0000-0000-000000000000'},
    } as never)
    expect(await uidsOf()).toEqual(before)
    expect(one.notes).toEqual([`f1: ${name} had gone before it was to be hit; no other is hit in its place`])
  })

  it('are refused by a disruption budget: a deletion at once, an eviction again and again; not by force', async () => {
    await allReady()
    await stage.apply(budget(3))
    await eventually('the budget to be counted', async () =>
      (await stage.cluster.budgets()).some(({name}) => name === 'web-budget'),
    )
    const before = await uidsOf()
    await expect((await plan({})).prepare()).rejects.toThrow(
      /disruption budget web-budget allows 0 disruptions now, not 1: web-/,
    )
    const evicted = await plan({evict: true}, {lastsMs: 4_000})
    const inverse = await evicted.prepare()
    await within(evicted.inject(inverse), 'an eviction', 60_000)
    const evidence = await evicted.observe(inverse)
    expect(evidence).toMatchObject({bit: 'no', numbers: {asked: 1, hit: 0}})
    expect(evidence.observations[0]).toMatch(/is still there: its eviction was refused: .*web-budget/)
    expect(evicted.notes[0]).toMatch(
      /eviction of web-\S+ is refused, and asked for again every 5 s: .*web-budget/,
    )
    expect(await uidsOf()).toEqual(before)
    const forced = await plan({force: true, grace: 0})
    const taken = await forced.prepare()
    await forced.inject(taken)
    await forced.undo(taken)
    expect((await uidsOf()).filter((uid) => before.includes(uid))).toHaveLength(2)
    await stage.apply(budget(2))
    await eventually('the budget to allow one', async () =>
      (await stage.cluster.budgets()).some(({disruptionsAllowed}) => disruptionsAllowed === 1),
    )
    const granted = await plan({evict: true})
    const given = await granted.prepare()
    await granted.inject(given)
    expect(await granted.observe(given)).toMatchObject({bit: 'yes', numbers: {hit: 1}})
    await granted.undo(given)
    await stage.kubectl(['delete', 'pdb', 'web-budget'])
  }, 240_000)

  it('are not evicted where two budgets select them: refused beforehand, and by the API server for ever', async () => {
    await allReady()
    await stage.apply(budget(1), budget(1, 'web-second'))
    await eventually('both budgets to allow some', async () =>
      (await stage.cluster.budgets()).every(({disruptionsAllowed}) => disruptionsAllowed > 0),
    )
    await expect((await plan({evict: true})).prepare()).rejects.toMatchObject({
      message: expect.stringMatching(/pod web-\S+ has 2 disruption budgets, web-budget and web-second/),
      hint: expect.stringContaining('leave `evict` out'),
    })
    const [pod] = await podsOf()
    expect(await stage.account.evictPod(pod?.name ?? '', {uid: pod?.uid ?? ''})).toEqual({
      kind: 'refused',
      why: expect.stringContaining('more than one PodDisruptionBudget'),
    })
    const deleted = await plan({grace: 0})
    await deleted.prepare()
    await stage.kubectl(['delete', 'pdb', 'web-budget', 'web-second'])
  })

  it('stay down while a kill with respawn: never lasts, and come back after it', async () => {
    await allReady()
    const one = faultOf('kill', {workload: 'web', respawn: 'never'}, await targetOf(stage, ['web']))
    expect(one.aim.does).toMatch(
      /^the nearest to a crash .*deletes 1 of the 3 pods .*no crash.*scales web 1 lower/,
    )
    const [victim = ''] = one.aim.replicas
    const inverse = await one.prepare()
    await one.inject(inverse)
    const evidence = await within(one.observe(inverse), 'a look', 60_000)
    expect(evidence).toMatchObject({bit: 'yes', numbers: {asked: 1, hit: 1}})
    const left = await podsOf()
    expect(left).toHaveLength(2)
    expect(left.map(({name}) => name)).not.toContain(victim)
    await one.undo(inverse)
    await one.undo(inverse)
    expect((await podsOf()).filter(({ready}) => ready)).toHaveLength(3)
  })
})
