import {execFile} from 'node:child_process'
import {chmod, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {promisify} from 'node:util'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {parse, stringify} from 'yaml'
import {journals, newUser, type User} from '../../e2e/cli.js'
import {webDeployment} from './manifests.js'
import {clusterSuite, found, type Stage} from './stage.js'
import {startShop, writeScenario} from './undo-rig.js'

const run = promisify(execFile)
const ours = 'kubectl' in found && found.ours

clusterSuite('credentials', {images: ['busybox'], creates: 'a Deployment, a ServiceAccount'}, (staged) => {
  let stage: Stage
  let shop: Awaited<ReturnType<typeof startShop>>

  beforeAll(async () => {
    stage = staged()
    shop = await startShop()
    await stage.apply(webDeployment('web', 2))
    await stage.ready('deployment/web')
  })
  afterAll(() => shop?.close())

  /** A user whose kubeconfig has this in place of the account's token, and what is planned with it. */
  const planAs = async (credentials: object) => {
    const user = newUser()
    const kubeconfig = join(user.home, 'kubeconfig')
    const config = parse(await readFile(stage.kubeconfig, 'utf8'))
    config.users = config.users.map(({name}: {name: string}) => ({name, user: credentials}))
    await writeFile(kubeconfig, stringify(config))
    const kubernetes = {kubeconfig, context: stage.context, namespace: stage.namespace}
    const faults = [{'pod-delete': {workload: 'web'}}]
    const path = writeScenario(user, {shop: shop.url, kubernetes, faults, deployments: ['web']})
    return {user, args: ['plan', path]}
  }
  const planned = async (credentials: object) => {
    const {user, args} = await planAs(credentials)
    return await user.run(args)
  }
  const tokenOf = async (): Promise<string> =>
    parse(await readFile(stage.kubeconfig, 'utf8'))
      .users.map(({user}: {user: {token?: string}}) => user.token)
      .find((token: string | undefined) => token !== undefined)

  /** A plug-in that is this script. */
  const plugIn = async (user: User, ...lines: string[]): Promise<object> => {
    const command = join(user.home, 'plug-in.sh')
    await writeFile(command, ['#!/bin/sh', ...lines].join('\n'))
    await chmod(command, 0o755)
    const apiVersion = 'client.authentication.k8s.io/v1'
    return {exec: {apiVersion, command, interactiveMode: 'Never'}}
  }
  const said = (stderr: string, ...words: string[]): void => {
    for (const word of words) expect(stderr).toContain(word)
    expect(stderr.match(/Error: /g)).toHaveLength(1)
    expect(stderr).not.toMatch(/^ +at /m)
  }

  it('come from a plug-in, as for kubectl', async () => {
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: {token: await tokenOf()},
    }
    const home = newUser()
    const {code, stdout, stderr} = await planned(await plugIn(home, `echo '${JSON.stringify(credential)}'`))
    expect([code, stdout], stderr).toEqual([0, expect.stringMatching(/deletes 1 of the 2 pods .*: web-/)])
  })

  it('of a plug-in that fails, prints rubbish or is not there are one error, without what it printed', async () => {
    const home = newUser()
    const secret = 'not-to-be-repeated'
    const [failing, rubbish, other, missing] = await Promise.all([
      planned(await plugIn(home, 'echo "your session is over" >&2', 'exit 3')),
      planned(await plugIn(newUser(), `echo ${secret}`)),
      planned(await plugIn(newUser(), `echo '{"token": "${secret}"}'`)),
      planned({exec: {apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plug-in'}}),
    ])
    expect([failing.code, rubbish.code, other.code, missing.code]).toEqual([4, 4, 4, 4])
    said(failing.stderr, 'plug-in.sh', 'your session is over')
    for (const {stderr, stdout} of [rubbish, other]) {
      said(stderr, 'plug-in.sh', 'no ExecCredential')
      expect(stdout + stderr).not.toContain(secret)
    }
    said(missing.stderr, 'no-such-plug-in')
  })

  it('of a plug-in that hangs are not waited for after Ctrl-C', async () => {
    const home = newUser()
    const mark = join(home.home, 'asked')
    const {user, args} = await planAs(await plugIn(home, `touch ${mark}`, 'exec sleep 300'))
    const {child, done} = user.start(args)
    const asked = (): Promise<boolean> =>
      readFile(mark).then(
        () => true,
        () => false,
      )
    while (!(await asked()) && child.exitCode === null) await sleep(50)
    child.kill('SIGINT')
    const {code, stdout, stderr} = await done
    expect(code, stdout + stderr).toBe(130)
  })

  it('that were revoked, or have expired, are told before anything is begun', async () => {
    await stage.kubectl(['create', 'serviceaccount', 'leaver'])
    const token = (await stage.kubectl(['create', 'token', 'leaver'])).trim()
    await stage.kubectl(['delete', 'serviceaccount', 'leaver'])
    const {user, args} = await planAs({token})
    const revoked = await user.run(['run', ...args.slice(1), '--context', stage.context, '--quiet'])
    expect(revoked.code).toBe(4)
    said(revoked.stderr, '401', 'Log in again')
    expect(journals(user)).toEqual([])
    if (!ours) return
    const keys = join(dirname(stage.admin), 'keys')
    const file = (name: string): string => join(user.home, name)
    const key = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      file('key'),
    ]
    await run('openssl', ['req', '-new', ...key, '-out', file('csr'), '-subj', '/CN=late'])
    const authority = ['-CA', join(keys, 'cluster-ca.crt'), '-CAkey', join(keys, 'cluster-ca.key')]
    const signing = ['x509', '-req', '-in', file('csr'), ...authority, '-set_serial', '77', '-days', '0']
    await run('openssl', [...signing, '-out', file('crt')])
    // It ends in the second in which it begins.
    await sleep(1_100)
    const expired = await planned({'client-certificate': file('crt'), 'client-key': file('key')})
    expect(expired.code).toBe(4)
    said(expired.stderr, '401', 'They have expired')
  })
})
