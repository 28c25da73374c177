import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {beforeAll, expect, it} from 'vitest'
import {stringify} from 'yaml'
import {deliver} from '../../../src/workflows/deliver.js'
import {newUser, type User} from '../../e2e/cli.js'
import {variantReport} from '../../fakes/record-variants.js'
import {allRights, kubeconfigOf} from './shipped-roles.js'
import {clusterSuite} from './stage.js'

clusterSuite('rights of an account', {creates: 'service accounts and roles', rights: allRights}, (stage) => {
  let user: User
  const target = (): string => join(user.home, 'shop.yaml')
  const scenario = (): string => join(user.home, 'scenario.yaml')

  /** What doctor says with that account. */
  const examine = async (account: string) => {
    const kubeconfig = await kubeconfigOf(stage(), account, join(user.home, `${account}.kubeconfig`))
    const file = {
      name: 'shop',
      endpoints: {web: {service: 'web', port: 80, by: 'port-forward'}},
      kubernetes: {kubeconfig, namespace: stage().namespace},
      workloads: {web: {deployment: 'web'}},
      metrics: {prometheus: {service: 'prometheus', port: 9090, by: 'service-proxy'}},
    }
    await writeFile(target(), stringify(file))
    const on = ['--on', 'kubernetes', '--target', target()]
    return await user.run(['doctor', scenario(), ...on])
  }

  beforeAll(async () => {
    user = newUser()
    // Nothing is sent: what a certificate begins with is enough.
    for (const name of ['client.pem', 'client.key'])
      await writeFile(join(user.home, name), `-----BEGIN ${name}-----\n`)
    await writeFile(
      scenario(),
      stringify({
        name: 'rights',
        summary: 'What the rights of an account are asked for.',
        target: target(),
        load: {
          on: 'kubernetes',
          tls: {cert: 'client.pem', key: 'client.key'},
          profile: {constant: '10/s'},
          requests: [{name: 'home', get: '/'}],
        },
        phases: {baseline: '5s', fault: '10s', recovery: '5s'},
        faults: [{'pod-delete': {workload: 'web', evict: true}}, {'network-cut': {to: 'web'}}],
        objectives: [{name: 'up', query: 'min(up)', expect: '>= 1', during: ['fault']}],
      }),
    )
    const bare = {apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name: 'bare'}}
    await stage().apply(bare)
  })

  it('are enough with the roles that ship', async () => {
    const {code, stdout} = await examine('shakedown')
    const rights = stdout.split('\n').filter((line) => / right: /.test(line))
    expect(rights.length).toBeGreaterThan(10)
    expect(rights.filter((line) => !line.startsWith('ok '))).toEqual([])
    expect(rights.join('\n')).toContain(`right: create pods/eviction in namespace ${stage().namespace}`)
    expect(rights.join('\n')).toContain(`right: create secrets in namespace ${stage().namespace}`)
    expect(code).toBe(0)
  })

  it('that are missing are named, with roles that give exactly them', async () => {
    const {code, stdout} = await examine('bare')
    expect(code).toBe(4)
    expect(stdout).toContain(`missing  right: delete pods in namespace ${stage().namespace}`)
    const yaml = stdout.slice(stdout.indexOf('apiVersion:'))
    await stage().kubectl(['apply', '-f', '-'], yaml.replaceAll(/name: shakedown\n/g, 'name: bare\n'))
    const again = await examine('bare')
    expect(again.stdout).not.toContain('missing')
    expect(again.code).toBe(0)
    const exec = ['auth', 'can-i', 'create', 'pods', '--subresource=exec']
    const may = stage().kubectl([...exec, `--as=system:serviceaccount:${stage().namespace}:bare`])
    await expect(may).rejects.toThrow(/--subresource=exec .* ended with 1/)
  })

  it('let results be written into a ConfigMap, and changed by the next run', async () => {
    const kubeconfig = await kubeconfigOf(stage(), 'shakedown', join(user.home, 'results.kubeconfig'))
    const written = async (variant: 'pass' | 'fail') => {
      const report = variantReport(variant)
      report.record.header.plan.target.kubernetes = {kubeconfig, namespace: stage().namespace}
      const asked = {'config-map': `${stage().namespace}/result`}
      expect(await deliver(report, asked, new AbortController().signal)).toEqual([])
      return JSON.parse(await stage().kubectl(['get', 'configmap', 'result', '-o', 'json'])).data
    }
    expect(await written('fail')).toMatchObject({outcome: 'fail', 'exit-code': '1'})
    expect(await written('pass')).toMatchObject({outcome: 'pass', 'exit-code': '0'})
  })
})
