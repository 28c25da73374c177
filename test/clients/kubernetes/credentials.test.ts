import {chmod, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {openAccess} from '../../../src/clients/kubernetes/access.js'
import {connectCluster} from '../../../src/clients/kubernetes/connect.js'
import {asJson, kubeconfigText, listOf, startFakeApi} from '../../fakes/api-server.js'

const soon = (ms: number): string => new Date(Date.now() + ms).toISOString()

describe('a credential plug-in', () => {
  let folder: string
  /** A plug-in that counts its calls in a file, waits, and gives the token `token-N`. */
  const plugIn = async (status: object, {waitSeconds = 0} = {}): Promise<object> => {
    const path = join(folder, 'plug-in')
    const answer = {apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status}
    const lines = [
      '#!/bin/sh',
      `echo x >> ${folder}/calls`,
      `printf '%s' "$KUBERNETES_EXEC_INFO" > ${folder}/info`,
      waitSeconds > 0 ? `exec sleep ${waitSeconds}` : `sleep 0.05`,
      `n=$(wc -l < ${folder}/calls | tr -d ' ')`,
      `sed "s/NUMBER/$n/" ${folder}/answer`,
    ]
    await writeFile(join(folder, 'answer'), JSON.stringify(answer))
    await writeFile(path, lines.join('\n'))
    await chmod(path, 0o755)
    return {
      exec: {apiVersion: 'client.authentication.k8s.io/v1', command: './plug-in', interactiveMode: 'Never'},
    }
  }
  const calls = async (): Promise<number> =>
    (await readFile(join(folder, 'calls'), 'utf8').catch(() => '')).split('\n').length - 1
  const accessWith = async (user: object) => {
    const kubeconfig = join(folder, 'config')
    await writeFile(kubeconfig, kubeconfigText('lab', 'https://lab:6443', user))
    return await openAccess({namespace: 'shop', kubeconfig})
  }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plug-in-'))
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  it('is asked once for all calls that need it at the same time, and not again while what it gave holds', async () => {
    const access = await accessWith(
      await plugIn({token: 'token-NUMBER', expirationTimestamp: soon(3_600_000)}),
    )
    const asked = await Promise.all(Array.from({length: 8}, () => access.authorize()))
    for (const {headers} of asked) expect(headers).toMatchObject({Authorization: 'Bearer token-1'})
    await access.authorize()
    expect(await calls()).toBe(1)
  })

  it('is not asked for every call when what it gives has no end', async () => {
    const access = await accessWith(await plugIn({token: 'token-NUMBER'}))
    for (let times = 0; times < 3; times++) await access.authorize()
    expect(await calls()).toBe(1)
  })

  it('is asked again when what it gave is about to end', async () => {
    const access = await accessWith(await plugIn({token: 'token-NUMBER', expirationTimestamp: soon(2_000)}))
    await access.authorize()
    expect((await access.authorize()).headers).toMatchObject({Authorization: 'Bearer token-2'})
  })

  it('is told what the kubeconfig says of it, as kubectl tells it', async () => {
    const access = await accessWith(await plugIn({token: 'token-NUMBER'}))
    await access.authorize()
    expect(JSON.parse(await readFile(join(folder, 'info'), 'utf8'))).toMatchObject({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: {interactive: false},
    })
  })

  it('that hangs does not outlive the call that was stopped', async () => {
    const user = await plugIn({token: 'token-NUMBER'}, {waitSeconds: 600})
    const kubeconfig = join(folder, 'config')
    await writeFile(kubeconfig, kubeconfigText('lab', 'http://127.0.0.1:9', user))
    const stop = new AbortController()
    const cluster = await connectCluster({namespace: 'shop', kubeconfig}, stop.signal)
    const pods = cluster.pods()
    setTimeout(() => stop.abort(new Error('stopped by hand')), 300)
    await expect(pods).rejects.toThrow('stopped by hand')
  }, 5_000)

  it('is asked again when the API server takes its token no more', async () => {
    const user = await plugIn({token: 'token-NUMBER', expirationTimestamp: soon(3_600_000)})
    const api = await startFakeApi((request, response) => {
      if (request.headers.authorization === 'Bearer token-1') asJson(response, {kind: 'Status'}, 401)
      else asJson(response, listOf([]))
    })
    try {
      const kubeconfig = join(folder, 'config')
      await writeFile(kubeconfig, kubeconfigText('lab', api.url, user))
      const cluster = await connectCluster({namespace: 'shop', kubeconfig}, new AbortController().signal)
      expect(await cluster.pods()).toEqual([])
      expect(await calls()).toBe(2)
    } finally {
      await api.close()
    }
  })
})
