import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {openSite, type TrialSite} from '../../../src/run/trials/site.js'
import {systemClock} from '../../../src/system/clock.js'
import {guardState} from '../../../src/verdict/guard.js'
import {experimentsOf} from '../../../src/workflows/run-scenarios.js'
import {newUser, type User} from '../../e2e/cli.js'
import {service, webDeployment} from './manifests.js'
import {clusterSuite, type Stage} from './stage.js'

clusterSuite(
  'a capacity at several sizes',
  {images: ['busybox'], creates: 'a Deployment, a Service'},
  (staged) => {
    let stage: Stage
    let folder: string
    let scenario: string
    const user: User = newUser()
    const {signal} = new AbortController()

    const desired = async (): Promise<number | undefined> =>
      (await stage.cluster.workload({kind: 'Deployment', name: 'web'}))?.desired

    const untilDesired = async (count: number, limitMs: number): Promise<void> => {
      const untilMs = systemClock.now() + limitMs
      while ((await desired()) !== count) {
        if (systemClock.now() > untilMs) throw new Error(`not scaled to ${count} within ${limitMs} ms`)
        await systemClock.sleep(200)
      }
    }

    /** Opens the scenario's target at that size, as `capacity --replicas web=COUNT` does. */
    const siteAt = async (count: number): Promise<{site: TrialSite; notes: string[]}> => {
      const notes: string[] = []
      const flags = {context: stage.context, counterfactual: false, report: [], 'output-dir': folder}
      const told = {signal, print: () => {}, progress: process.stderr, terminal: process.stdout}
      const asked = {...flags, 'allow-inconclusive': false, quiet: true}
      const [read] = await experimentsOf([scenario], asked, told)
      if (!read) throw new Error('no scenario was read')
      const site = await openSite(
        {...read, replicas: {web: count}},
        {
          ...{seed: 1, foresee: () => [], judgeGuard: guardState, live: () => {}, signal, extraSelectors: []},
          note: (message) => notes.push(message),
        },
      )
      return {site, notes}
    }

    beforeAll(async () => {
      stage = staged()
      folder = await mkdtemp(join(tmpdir(), 'capacity-'))
      process.env['SHAKEDOWN_STATE'] = user.state
      await stage.apply(webDeployment('web', 2), service('web', 'NodePort'))
      await stage.ready('deployment/web')
      const port = await stage.kubectl(['get', 'service', 'web', '-o', 'jsonpath={.spec.ports[0].nodePort}'])
      await writeFile(
        join(folder, 'shop.yaml'),
        `name: shop
endpoints: {web: "http://127.0.0.1:${port}"}
kubernetes: {kubeconfig: ${stage.kubeconfig}, namespace: ${stage.namespace}}
workloads: {web: {deployment: web}}
metrics: {scrape: {targets: [{url: "http://127.0.0.1:${port}/index.html", labels: {job: web}}]}}
`,
      )
      scenario = join(folder, 'small.yaml')
      await writeFile(
        scenario,
        `name: small
target: shop.yaml
load: {profile: {constant: 20/s}, requests: [{name: home, get: /}]}
phases: {baseline: 5s, fault: 5s, recovery: 5s}
objectives:
  - {name: quick, latency: shakedown_load_request_duration_seconds, below: 1s, target: 90%, during: [baseline]}
`,
      )
    }, 60_000)

    afterAll(async () => {
      delete process.env['SHAKEDOWN_STATE']
      await rm(folder, {recursive: true, force: true})
    })

    it('scales to the size, measures with that many pods, and scales back to what it was', async () => {
      for (const [count, said] of [
        [1, 'scales deployment web from 2 to 1'],
        [3, 'scales deployment web from 2 to 3'],
      ] as const) {
        const {site, notes} = await siteAt(count)
        try {
          expect(await desired()).toBe(2)
          await site.begin()
          expect(await desired()).toBe(count)
          expect(notes).toContain(said)
          expect(site.plan.target.workloads['web']?.replicas).toHaveLength(count)
          const seen = await site.send({ratePerSecond: 20, settleMs: 500, measureMs: 1_500})
          expect(seen.pods).toEqual({web: count})
          expect(seen.load.length).toBeGreaterThan(0)
          expect(await site.letGo()).toEqual([])
          expect(await desired()).toBe(2)
        } finally {
          await site.letGo()
          await site.close()
        }
      }
    }, 60_000)

    it('holds one replica down for a search, sees that it is, and counts it into the blast radius', async () => {
      const {site} = await siteAt(3)
      try {
        await site.begin()
        const fault = site.aimAtOne('web')
        await site.admit([fault])
        const held = await site.hold(fault)
        expect(held.evidence).toMatchObject({bit: 'yes'})
        expect(await desired()).toBe(2)
        const looked = await held.look()
        expect(looked.observations.join()).toContain('scaled from 3 to 2: 2 pods')
        await held.release()
        expect(await desired()).toBe(3)
        await expect(site.hold(site.aimAtOne('web'))).rejects.toThrow('the plan counted 1')
      } finally {
        expect(await site.letGo()).toEqual([])
        await site.close()
      }
      expect(await desired()).toBe(2)
    }, 60_000)

    it('leaves nothing scaled when it is killed', async () => {
      const asked = ['capacity', scenario, '--replicas', 'web=3', '--context', stage.context]
      const {child, done} = user.start([...asked, '--start', '10/s', '--most', '20/s'])
      const early = done.then(({stdout, stderr}) => {
        throw new Error(`it ended before it scaled: ${stdout}${stderr}`)
      })
      await Promise.race([untilDesired(3, 60_000), early])
      early.catch(() => {})
      child.kill('SIGKILL')
      await done
      await untilDesired(2, 30_000)
    }, 120_000)
  },
)
