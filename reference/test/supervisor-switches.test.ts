import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import {
  ask,
  findProcess,
  finish,
  type Launched,
  launch,
  removeFolders,
  targetOf,
  until,
  untilBack,
} from './launch.js'

// Each deployment is eighteen processes, and the machine may be busy with others.
vi.setConfig({testTimeout: 120_000, hookTimeout: 120_000})

describe('switches', () => {
  let launched: Launched
  beforeAll(async () => {
    launched = await launch()
  })
  afterAll(async () => {
    await finish(launched)
    await removeFolders()
  })

  const change = (changes: unknown) => ask(launched, '/switches', 'PATCH', changes)
  const ofReplica = async (replica: string): Promise<Record<string, unknown>> => {
    const target = targetOf(launched).metrics.targets.find(({labels}) => labels['instance'] === replica)
    return Object(JSON.parse(await (await fetch(new URL('/__ref/switches', target?.url))).text()))
  }

  it('lists those of every service', async () => {
    const {body} = await ask(launched, '/switches')
    expect(body).toMatchObject({'order.breaker': true, 'order.retry.max': 3, 'psp.mode': 'fast'})
  })

  it('changes every replica of a service, and no other service', async () => {
    const {status, body} = await change({'order.breaker': 'off', 'order.retry.max': 1})
    expect(status).toBe(200)
    expect(body).toMatchObject({'order.breaker': false, 'order.retry.max': 1, 'gateway.breaker': true})
    for (const replica of ['order-1', 'order-2'])
      expect(await ofReplica(replica)).toEqual({breaker: false, 'retry.max': 1, mode: 'fast'})
  })

  it('hands them to a replica that starts again', async () => {
    await change({'order.mode': 'slow'})
    const before = await findProcess(launched, 'order-2')
    process.kill(before.pid, 'SIGKILL')
    await untilBack(launched, before)
    expect(await ofReplica('order-2')).toMatchObject({mode: 'slow'})
  })

  it('tells a replica that was frozen meanwhile', async () => {
    const {pid} = await findProcess(launched, 'catalog-1')
    process.kill(pid, 'SIGSTOP')
    await until('not ready', async () => (await findProcess(launched, 'catalog-1')).state === 'not-ready')
    expect((await change({'catalog.breaker': false})).status).toBe(200)
    process.kill(pid, 'SIGCONT')
    await until('told', async () => (await ofReplica('catalog-1'))['breaker'] === false)
  })

  it.each([
    [{'gateway.breaker': false, 'gateway.braker': false}, 'gateway has gateway.breaker'],
    [{'gateway.breaker': false, 'kitchen.breaker': false}, 'no such service'],
    [{'gateway.breaker': false, 'gateway.retry.max': 'many'}, 'wants a number, such as 3, not "many"'],
    [{'gateway.breaker': false, 'edge.breaker': 3}, 'wants on or off, not 3'],
    [{'edge.breaker': false, 'gateway.mode': 'refused'}, 'mode cannot be refused'],
    [['gateway.breaker'], 'Expected an object'],
  ])('changes nothing when one is wrong: %j', async (changes, reason) => {
    const {status, body} = await change(changes)
    expect({status, body}).toEqual({status: 400, body: {error: expect.stringContaining(reason)}})
    expect((await ask(launched, '/switches')).body).toMatchObject({
      'gateway.breaker': true,
      'edge.breaker': true,
    })
  })
})
