import type {ServerResponse} from 'node:http'
import {afterEach, describe, expect, it} from 'vitest'
import {type ClusterOptions, openCluster} from '../../../src/clients/kubernetes/connect.js'
import {asJson, type FakeApi, listOf, podObject, startFakeApi} from '../../fakes/api-server.js'

const event = (type: string, object: object): string => `${JSON.stringify({type, object})}\n`

/** Pods by name, as each call of the watch had them. */
const watching = async (api: FakeApi, options: ClusterOptions = {}) => {
  const stop = new AbortController()
  const {cluster} = await openCluster(api.at, stop.signal, options)
  const seen: string[] = []
  const sight: boolean[] = []
  const ended = cluster.watchPods(
    'app=web',
    (pods) => seen.push(pods.map(({name}) => name).join(' ')),
    stop.signal,
    (inSight) => sight.push(inSight),
  )
  const until = async (holds: () => boolean): Promise<void> => {
    const deadline = Date.now() + 10_000
    while (!holds()) {
      if (Date.now() > deadline) throw new Error(`saw only ${JSON.stringify(seen)}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return {seen, sight, until, end: () => stop.abort(), ended}
}

describe('a watch', () => {
  let api: FakeApi
  let end = (): void => {}
  afterEach(async () => {
    end()
    await api.close()
  })

  it('lists again when its version has expired, and says in between what it knows', async () => {
    const lists = [
      [podObject('a'), podObject('b')],
      [podObject('b'), podObject('c')],
    ]
    const watches: string[] = []
    api = await startFakeApi((request, response) => {
      const url = new URL(request.url ?? '', 'http://api')
      if (url.searchParams.get('watch') === null)
        return asJson(response, listOf(lists.shift() ?? [], lists.length > 0 ? '100' : '200'))
      watches.push(url.searchParams.get('resourceVersion') ?? '')
      response.writeHead(200)
      if (watches.length === 1) {
        response.write(event('DELETED', podObject('a', {version: '101'})))
        response.write(event('BOOKMARK', {metadata: {resourceVersion: '150'}}))
        response.end()
      } else if (watches.length === 2) {
        response.end(event('ERROR', {kind: 'Status', code: 410, reason: 'Expired'}))
      }
    })
    const watch = await watching(api)
    end = watch.end
    await watch.until(() => watches.length === 3)
    expect(watch.seen).toEqual(['a b', 'b', 'b c'])
    expect(watches).toEqual(['100', '150', '200'])
    expect(watch.sight).toEqual([])
  })

  it('that went deaf is taken up again, though the API server answers all else', async () => {
    let lists = 0
    const deaf: ServerResponse[] = []
    api = await startFakeApi((request, response) => {
      if (!request.url?.includes('watch=true')) {
        if (!request.url?.includes('limit=1')) lists += 1
        return asJson(response, listOf([podObject(lists > 1 ? 'new' : 'old')]))
      }
      response.writeHead(200)
      response.flushHeaders()
      deaf.push(response)
    })
    const watch = await watching(api, {deafMs: 500})
    end = watch.end
    await watch.until(() => watch.seen.includes('new'))
    expect(watch.sight).toEqual([])
  }, 12_000)
})
