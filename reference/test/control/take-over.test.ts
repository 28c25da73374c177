import {createServer, type Server} from 'node:http'
import {json} from 'node:stream/consumers'
import {afterEach, describe, expect, it} from 'vitest'
import type {Fleet} from '../../src/control/fleet.js'
import type {KubeApi} from '../../src/control/kube-api.js'
import {memoryIn} from '../../src/control/switch-memory.js'
import {takeOver} from '../../src/control/take-over.js'
import {systemClock} from '../../src/service/clock.js'
import {Switchboard, SwitchError, type SwitchedReplica} from '../../src/supervisor/switchboard.js'

/** A ConfigMap that follows merge patches; `away` makes it refuse so many calls. */
const configMap = (away = 0) => {
  const data: Record<string, string> = {}
  let left = away
  const answer = <T>(value: T): T => {
    left -= 1
    if (left >= 0) throw new SwitchError(502, 'the API server is away')
    return value
  }
  const api: KubeApi = {
    get: async () => answer(Object.keys(data).length === 0 ? {} : {data}),
    patch: async (_group, path, change) => {
      expect(path).toBe('configmaps/switches')
      Object.assign(data, answer(Object(change).data))
    },
  }
  const fail = (times: number): void => {
    left = times
  }
  return {api, data, fail}
}

describe('a control pod', () => {
  const servers: Server[] = []
  /** A pod of the catalog with its switches. */
  const pod = async (name: string): Promise<SwitchedReplica & {switches: Record<string, unknown>}> => {
    const switches: Record<string, unknown> = {breaker: true, retry: true}
    const server = createServer(async (request, response) => {
      if (request.method === 'PATCH') Object.assign(switches, await json(request))
      response.end(JSON.stringify(switches))
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const url = `http://127.0.0.1:${port}`
    // The first request of a process takes its time, and services are given one second.
    await fetch(url)
    return {service: 'catalog', name, url, isReady: () => true, switches}
  }
  const fleetOf = (replicas: SwitchedReplica[]): Fleet => ({
    refresh: async () => {},
    replicas: () => replicas,
  })
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  it('that replaces another knows what was set, and tells pods that came in between', async () => {
    const first = await pod('catalog-1')
    const {api, data} = configMap()
    const before = new Switchboard(() => [first], memoryIn(api).write)
    await before.apply({'catalog.breaker': 'off'})
    expect(data).toEqual({catalog: '{"breaker":false}'})

    const meanwhile = await pod('catalog-2')
    const replicas = [first, meanwhile]
    const after = new Switchboard(() => replicas, memoryIn(api).write)
    let changed = 0
    const onChange = (): void => {
      changed += 1
    }
    await takeOver(memoryIn(api), {fleet: fleetOf(replicas), switchboard: after, onChange}, systemClock)
    expect(after.remembered('catalog')).toEqual({breaker: false})
    expect(meanwhile.switches).toEqual({breaker: false, retry: true})
    expect(changed).toBe(1)
  })

  it('waits for an API server that is away when it starts', async () => {
    const {api} = configMap(1)
    const switchboard = new Switchboard(() => [])
    await takeOver(memoryIn(api), {fleet: fleetOf([]), switchboard, onChange: () => {}}, systemClock)
    expect(switchboard.remembered('catalog')).toEqual({})
  })

  it('takes a change back that it cannot keep', async () => {
    const catalog = await pod('catalog-1')
    const {api, fail} = configMap()
    const switchboard = new Switchboard(() => [catalog], memoryIn(api).write)
    fail(1)
    await expect(switchboard.apply({'catalog.breaker': false})).rejects.toThrow('the API server is away')
    expect(catalog.switches).toEqual({breaker: true, retry: true})
    expect(switchboard.remembered('catalog')).toEqual({})
  })

  it('passes over what somebody else wrote into its memory', async () => {
    const {api, data} = configMap()
    Object.assign(data, {catalog: 'nonsense', kitchen: '{}', order: '{"retry":false}', edge: '[]'})
    expect([...(await memoryIn(api).read())]).toEqual([['order', {retry: false}]])
  })
})
