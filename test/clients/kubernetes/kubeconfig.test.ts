import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {delimiter, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {openAccess} from '../../../src/clients/kubernetes/access.js'
import {connectCluster} from '../../../src/clients/kubernetes/connect.js'
import {asJson, kubeconfigText, listOf, startFakeApi} from '../../fakes/api-server.js'
import {startForwardProxy} from '../../fakes/forward-proxy.js'

describe('a kubeconfig', () => {
  let folder: string
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, text)
    return path
  }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'))
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await rm(folder, {recursive: true, force: true})
  })

  it('of several files means what kubectl means: the first that says something wins, what is not there is passed over', async () => {
    const first = await write('first', kubeconfigText('lab', 'https://lab:6443'))
    const other = await write('other', kubeconfigText('production', 'https://production:6443'))
    const again = await write('again', kubeconfigText('lab', 'https://elsewhere:6443'))
    const all = [first, join(folder, 'missing'), other, again].join(delimiter)
    vi.stubEnv('KUBECONFIG', all)
    const found = await openAccess({namespace: 'shop'})
    expect(found).toMatchObject({context: 'lab', server: 'https://lab:6443', cluster: 'lab'})
    expect(await openAccess(found.pinned)).toMatchObject({context: 'lab', server: 'https://lab:6443'})
    const named = await openAccess({namespace: 'shop', context: 'production'})
    expect(named.server).toBe('https://production:6443')
  })

  it('that is named and not there is said', async () => {
    await expect(openAccess({namespace: 'shop', kubeconfig: join(folder, 'missing')})).rejects.toThrow(
      /missing cannot be read/,
    )
  })

  it('that is empty is named, with where it is looked for', async () => {
    const path = await write('empty', '')
    await expect(openAccess({namespace: 'shop', kubeconfig: path})).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: `No cluster is chosen: the kubeconfig ${path} has no context at all`,
      hint: expect.stringContaining('Is it the right file?'),
    })
    await expect(openAccess({namespace: 'shop', kubeconfig: path, context: 'lab'})).rejects.toMatchObject({
      name: 'UserError',
      message: `There is no context "lab" in the kubeconfig ${path}: it has none at all`,
      hint: expect.stringContaining('Is it the right file?'),
    })
  })

  it('has paths relative to itself, and a token file that is read again', async () => {
    await mkdir(join(folder, 'keys'))
    await write('keys/ca.crt', 'the authority')
    await write('keys/token', 'first\n')
    const path = await write(
      'config',
      kubeconfigText(
        'lab',
        'https://lab:6443',
        {tokenFile: 'keys/token'},
        {'certificate-authority': 'keys/ca.crt'},
      ),
    )
    const access = await openAccess({namespace: 'shop', kubeconfig: path})
    const before = await access.authorize()
    expect(before.headers).toMatchObject({Authorization: 'Bearer first'})
    expect(String(before.ca)).toBe('the authority')
    await write('keys/token', 'second\n')
    expect((await access.authorize()).headers).toMatchObject({Authorization: 'Bearer second'})
  })

  it('is gone through the proxy of the environment, as kubectl would, and says so without its password', async () => {
    const api = await startFakeApi((_request, response) => asJson(response, listOf([])))
    const proxy = await startForwardProxy(Number(new URL(api.url).port))
    try {
      vi.stubEnv('HTTP_PROXY', `http://user:secret@127.0.0.1:${proxy.port}`)
      vi.stubEnv('http_proxy', '')
      const kubeconfig = await write('far', kubeconfigText('far', 'http://api.far.test', {token: 'fake'}))
      const cluster = await connectCluster({namespace: 'shop', kubeconfig}, new AbortController().signal)
      expect(await cluster.pods()).toEqual([])
      expect(cluster.where).toBe(
        'context far (http://api.far.test, through the proxy of HTTP_PROXY), namespace shop',
      )
      expect(proxy.seen.join()).toContain('CONNECT api.far.test:80')
    } finally {
      await proxy.close()
      await api.close()
    }
  })

  it.each(['lab:6443', 'nonsense'])('whose server is %s is refused in words', async (server) => {
    const kubeconfig = await write('wrong', kubeconfigText('wrong', server))
    await expect(openAccess({namespace: 'shop', kubeconfig})).rejects.toThrow(/is no URL: /)
  })
})
