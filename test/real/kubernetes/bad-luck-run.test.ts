import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {parse, stringify} from 'yaml'
import {connectCluster} from '../../../src/clients/kubernetes/connect.js'
import {messageOf} from '../../../src/errors.js'
import {journals, newUser, type Result, type User, watchdogsOf} from '../../e2e/cli.js'
import {startApiRelay} from './api-relay.js'
import {webDeployment} from './manifests.js'
import {kubeconfigOf, shippedRoles} from './shipped-roles.js'
import {clusterSuite, type Stage} from './stage.js'
import {startShop, untilDamage, writeScenario} from './undo-rig.js'

const apps = ['said', 'listed', 'busy', 'kept', 'left', 'planned']
const needs = {images: ['busybox'], creates: 'Deployments, ServiceAccounts and their roles'}

// Each waits most of its time, on a workload and with a state directory of its own.
clusterSuite('runs with bad luck', needs, (staged) => {
  let stage: Stage
  let shop: Awaited<ReturnType<typeof startShop>>

  beforeAll(async () => {
    stage = staged()
    shop = await startShop()
    await stage.apply(...apps.map((app) => webDeployment(app, 2)))
    for (const app of apps) await stage.ready(`deployment/${app}`)
  })
  afterAll(() => shop?.close())

  const write = (
    user: User,
    app: string,
    more: {kubernetes?: object; faults?: object[]; lasts?: string} = {},
  ) =>
    writeScenario(user, {
      shop: shop.url,
      kubernetes: {kubeconfig: stage.kubeconfig, context: stage.context, namespace: stage.namespace},
      faults: [{'pod-delete': {workload: app, grace: 0}}],
      lasts: '4s',
      deployments: [app],
      ...more,
    })
  const uidsOf = async (app: string): Promise<string[]> =>
    (await stage.cluster.pods(`app=${app}`)).map(({uid}) => uid)
  /** It ran to its end, one pod of the two is another one, and nothing is left; a busy machine may have decided nothing. */
  const wentWell = async (user: User, app: string, before: string[], {code, stdout, stderr}: Result) => {
    expect([0, 3], stdout + stderr).toContain(code)
    expect(
      (await uidsOf(app)).filter((uid) => before.includes(uid)),
      stdout,
    ).toHaveLength(1)
    expect(journals(user)).toEqual([])
  }
  const refused = ({code, stdout, stderr}: Result, exit: number, words: string): void => {
    expect([code, stderr], stdout).toEqual([exit, expect.stringContaining(words)])
    expect(stderr.match(/Error: /g)).toHaveLength(1)
  }
  /** An account of its own with the rights that ship, changed. */
  const accountOf = async (
    name: string,
    change: (text: string) => string = (text) => text,
  ): Promise<string> => {
    const text = JSON.stringify(await shippedRoles(stage.namespace, []))
    const own = JSON.parse(change(text.replaceAll('"name":"shakedown"', `"name":"${name}"`))) as object[]
    await stage.apply(...own)
    const path = join(newUser().home, `${name}.kubeconfig`)
    return await kubeconfigOf(stage, name, path)
  }

  it.concurrent('begin in a place that looks like production only when that is said as well', async () => {
    const user = newUser()
    const config = parse(await readFile(stage.kubeconfig, 'utf8'))
    const [context] = config.contexts.filter(({name}: {name: string}) => name === stage.context)
    const contexts = [{...context, name: 'eu-prod-1'}]
    const kubeconfig = join(user.home, 'kubeconfig')
    await writeFile(kubeconfig, stringify({...config, contexts, 'current-context': 'eu-prod-1'}))
    const path = write(user, 'said', {kubernetes: {kubeconfig, namespace: stage.namespace}})
    const asked = ['run', path, '--context', 'eu-prod-1', '--quiet']
    const before = await uidsOf('said')
    refused(await user.run(asked), 2, 'context eu-prod-1 looks like production')
    expect(await uidsOf('said')).toEqual(before)
    await wentWell(user, 'said', before, await user.run([...asked, '--allow-production']))
    // Named once, a place is known; that it is production is to be said each time.
    refused(await user.run(['run', path, '--quiet']), 2, '--allow-production')
  })

  it.concurrent('begin where the config file has a line for the context and the namespace', async () => {
    const user = newUser()
    const path = write(user, 'listed')
    const shell = `export XDG_CONFIG_HOME=${user.home}/config`
    const listing = async (namespace: string): Promise<void> => {
      await mkdir(join(user.home, 'config/shakedown'), {recursive: true})
      const kubernetes = {contexts: [{context: stage.context, namespaces: [namespace]}]}
      await writeFile(join(user.home, 'config/shakedown/config.yaml'), stringify({kubernetes}))
    }
    const before = await uidsOf('listed')
    const run = () => user.run(['run', path, '--quiet'], {shell})
    refused(await run(), 2, 'nobody has named it')
    await listing('another')
    refused(await run(), 2, 'nobody has named it')
    expect(await uidsOf('listed')).toEqual(before)
    await listing(stage.namespace)
    await wentWell(user, 'listed', before, await run())
  })

  it.concurrent('are planned by reading alone, with the very pods that the seed picks now', async () => {
    const user = newUser()
    const relay = await startApiRelay(stage)
    const faults = [
      {'pod-delete': {workload: 'planned'}},
      {'network-cut': {to: 'planned', probe: false, at: '2s'}},
    ]
    const path = write(user, 'planned', {kubernetes: relay.at, faults})
    const names = (await stage.cluster.pods('app=planned')).map(({name}) => name)
    const [one, again] = await Promise.all([
      user.run(['plan', path, '--seed', '7']),
      user.run(['plan', path, '--seed', '7']),
    ])
    expect([one.code, one.stdout], one.stderr).toEqual([0, again.stdout])
    const named = /deletes 1 of the 2 pods .*: (planned-[\w-]+)/.exec(one.stdout)?.[1]
    expect(names).toContain(named)
    const asked = relay.asked()
    await relay.close()
    // Both faults were asked for their guards.
    expect(asked.filter((line) => line.includes('networkpolicies'))).not.toEqual([])
    // Whether an account may is asked by making a review, which nobody keeps.
    expect(asked.filter((line) => !/^GET |selfsubjectaccessreviews/.test(line))).toEqual([])
    expect((await stage.cluster.pods('app=planned')).map(({name}) => name)).toEqual(names)
  })

  it.concurrent('are told of a forbidden verb before their load begins, by plan as well', async () => {
    const before = await uidsOf('kept')
    const reader = await accountOf('reader', (text) => text.replace(',"delete"]', ']'))
    const user = newUser()
    const kubernetes = {kubeconfig: reader, context: stage.context, namespace: stage.namespace}
    const path = write(user, 'kept', {kubernetes})
    const words = `may not delete pods in namespace ${stage.namespace}`
    refused(await user.run(['plan', path]), 4, words)
    const run = await user.run(['run', path, '--context', stage.context, '--quiet'])
    refused(run, 4, words)
    expect(run.stderr).toMatch(/resources:\n +- pods\n +verbs:\n +- delete/)
    expect(await uidsOf('kept')).toEqual(before)
    expect(journals(user)).toEqual([])
  })

  it.concurrent('wait for an API server that answers 429 as the fault begins', async () => {
    const user = newUser()
    const relay = await startApiRelay(stage)
    const path = write(user, 'busy', {kubernetes: relay.at})
    const before = await uidsOf('busy')
    const {child, done} = user.start(['run', path, '--context', 'relay', '--quiet'])
    // The pods are watched from the start of the load on; the fault begins a second later.
    const watches = async () => relay.asked().filter((one) => /watch=(true|1)/.test(one))
    await untilDamage(watches, (begun) => begun.length > 0 || child.exitCode !== null, 60_000)
    relay.asked()
    relay.be('busy')
    await sleep(3_500)
    const refusedMeanwhile = relay.asked()
    relay.be('pass')
    await wentWell(user, 'busy', before, await done)
    expect(refusedMeanwhile.length).toBeGreaterThan(1)
    await relay.close()
  })

  it.concurrent('whose account is deleted while a fault is in force: exit 5 and what to type; restore finishes when it is back', async ({
    expect,
  }) => {
    const user = newUser()
    const kubeconfig = await accountOf('leaver')
    const faults = [{scale: {workload: 'left', to: 1, 'ready-within': '5s'}}]
    const kubernetes = {kubeconfig, context: stage.context, namespace: stage.namespace}
    const path = write(user, 'left', {kubernetes, faults, lasts: '120s'})
    const scale = async (): Promise<string[]> => [
      await stage.kubectl(['get', 'deployment', 'left', '-o', 'jsonpath={.spec.replicas}']),
    ]
    const {child, done} = user.start(['run', path, '--context', stage.context, '--quiet'])
    const isDown = ([replicas]: string[]): boolean => replicas === '1' || child.exitCode !== null
    expect(await untilDamage(scale, isDown, 120_000)).toEqual(['1'])
    await stage.kubectl(['delete', 'serviceaccount', 'leaver'])
    // An API server remembers for some seconds that a token was good.
    const cluster = await connectCluster(kubernetes, new AbortController().signal)
    await expect.poll(() => cluster.pods().catch(messageOf), {timeout: 30_000}).toContain('401')
    child.kill('SIGINT')
    const {code, stdout, stderr} = await done
    expect(code, stdout + stderr).toBe(5)
    const said = (stdout + stderr).replaceAll(/\s+/g, ' ')
    expect(said).toContain(`-n ${stage.namespace} scale deployment/left --replicas=2`)
    for (const pid of watchdogsOf(user)) process.kill(pid, 'SIGKILL')
    expect([await scale(), journals(user).length]).toEqual([['1'], 1])
    // The same name, and another account to the API server: the token of the first stays good for nothing.
    await stage.kubectl(['create', 'serviceaccount', 'leaver'])
    await kubeconfigOf(stage, 'leaver', kubeconfig)
    const restored = await user.run(['restore'])
    expect([restored.code, restored.stdout], restored.stderr).toEqual([
      0,
      expect.stringContaining('undone: scale'),
    ])
    expect([await scale(), journals(user)]).toEqual([['2'], []])
  })
})
