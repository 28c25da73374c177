import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {eventually, fieldsOf, openShop, startDatabases} from '../fakes/shop.js'
import {answer, type FakeUpstream, fakeUpstream, silence} from '../fakes/upstream.js'

let databases: Awaited<ReturnType<typeof startDatabases>>
beforeAll(async () => {
  databases = await startDatabases()
})
afterAll(async () => {
  await databases.remove()
})

const stockOf = async (sku: string): Promise<number> => {
  const [row] = await databases.sql('inventory', `SELECT available FROM stock WHERE sku = '${sku}'`)
  return Number(row?.['available'])
}

describe('the shop', () => {
  let shop: Awaited<ReturnType<typeof openShop>>
  beforeAll(async () => {
    shop = await openShop({databaseUrl: databases.urlOf})
  })
  afterAll(async () => {
    await shop.close()
  })

  test('lists products and shows one', async () => {
    const {products} = await fieldsOf(await shop.get('/products'))
    expect(products).toHaveLength(20)
    expect(products).toContainEqual({sku: 'sku-001', name: 'Oak Lamp', priceCents: 1300})
    const one = await shop.get('/products/sku-050')
    expect(await one.json()).toMatchObject({sku: 'sku-050'})
  })

  test('shows what is related, a few at a time', async () => {
    const startedMs = performance.now()
    const all = await Promise.all(Array.from({length: 6}, () => shop.get('/products/sku-001/related')))
    const {products} = await fieldsOf(all[0] ?? new Response())
    expect(products).toHaveLength(5)
    expect(products).not.toContainEqual(expect.objectContaining({sku: 'sku-001'}))
    expect(products).toContainEqual(expect.objectContaining({name: 'Birch Lamp'}))
    // Of one catalog with two workers, or two of them: six rankings are two or three rounds of 50 ms.
    expect(performance.now() - startedMs).toBeGreaterThan(90)
  })

  test.each([
    ['/products/nothing', 404],
    ['/products/nothing/related', 404],
    ['/orders/nothing', 404],
    ['/nowhere', 404],
    ['/products/%E0%A4%A', 404],
  ])('answers %s with %i', async (path, status) => {
    expect((await shop.get(path)).status).toBe(status)
  })

  test.each([
    [{sku: 'sku-001'}, 400],
    [{sku: 'sku-001', quantity: 0}, 400],
    [{sku: 'sku-999', quantity: 1}, 404],
    ['text', 400],
  ])('answers a checkout of %j with %i', async (body, status) => {
    expect((await shop.checkout(body)).status).toBe(status)
  })

  test('turns a checkout into an order that can be read', async () => {
    const placed = await shop.checkout({sku: 'sku-010', quantity: 2})
    expect(placed.status).toBe(201)
    const order = await fieldsOf(placed)
    expect(order).toMatchObject({sku: 'sku-010', quantity: 2, totalCents: 8180})
    expect(await (await shop.get(`/orders/${order['orderId']}`)).json()).toEqual(order)
  })

  test('takes stock and money once when a key is sent many times at once', async () => {
    const before = await stockOf('sku-011')
    const headers = {'idempotency-key': 'the-same'}
    const answers = await Promise.all(
      Array.from({length: 5}, () => shop.checkout({sku: 'sku-011', quantity: 3}, headers)),
    )
    expect(answers.map(({status}) => status)).toEqual(Array(5).fill(201))
    const ids = new Set(await Promise.all(answers.map(async (one) => (await fieldsOf(one))['orderId'])))
    expect(ids.size).toBe(1)
    expect(await stockOf('sku-011')).toBe(before - 3)
    const captures = await databases.sql('payment', "SELECT * FROM captures WHERE key = 'the-same'")
    expect(captures).toHaveLength(1)
  })

  test('declines more than there is, and reserves nothing', async () => {
    await databases.sql('inventory', "UPDATE stock SET available = 5 WHERE sku = 'sku-012'")
    const answers = await Promise.all(
      Array.from({length: 8}, () => shop.checkout({sku: 'sku-012', quantity: 1})),
    )
    const statuses = answers.map(({status}) => status).sort()
    expect(statuses).toEqual([201, 201, 201, 201, 201, 409, 409, 409])
    expect(await stockOf('sku-012')).toBe(0)
  })

  test('counts every request by its route template, and not by its path', async () => {
    await shop.get('/products/sku-033')
    await shop.get('/somewhere/else')
    const text = await shop.metrics('edge-1')
    expect(text).toMatch(/http_requests_total{route="\/products\/:sku",method="GET",code="200"} \d/)
    expect(text).toMatch(/http_requests_total{route="unmatched",method="GET",code="404"} \d/)
    expect(text).toMatch(/http_requests_total{route="\/checkout",method="POST",code="400"} \d/)
    expect(text).toContain('le="0.3"')
    expect(text).not.toContain('sku-033')
    expect(text).not.toContain('route="/readyz"')
  })

  test('changes a switch, shows it, and refuses a wrong one', async () => {
    const changed = await shop.patch('order-1', {breaker: 'off'})
    expect(await changed.json()).toMatchObject({breaker: false, timeout: true})
    expect(await shop.metrics('order-1')).toContain('ref_switch{name="breaker",value="off"} 1')
    expect(await shop.metrics('order-1')).not.toContain('ref_switch{name="breaker",value="on"}')
    const wrong = await shop.patch('order-1', {brakes: true})
    expect(wrong.status).toBe(400)
    expect((await fieldsOf(wrong))['error']).toContain('brakes: no such switch here; there are')
    await shop.patch('order-1', {breaker: 'on'})
  })

  test('goes on with one gateway when the other is stopped', async () => {
    await shop.stop('gateway-1')
    const answers = await Promise.all(Array.from({length: 20}, () => shop.get('/products')))
    expect(answers.map(({status}) => status)).toEqual(Array(20).fill(200))
    await eventually(async () => {
      expect(await shop.metrics('edge-1')).toContain(
        'lb_backend_healthy{from="edge",to="gateway",backend="gateway-1"} 0',
      )
    })
  })
})

describe('the shop with a sick payment provider', () => {
  let provider: FakeUpstream
  let shop: Awaited<ReturnType<typeof openShop>>
  beforeAll(async () => {
    provider = await fakeUpstream()
    shop = await openShop({databaseUrl: databases.urlOf, instead: {psp: provider.url}})
  })
  afterAll(async () => {
    await shop.close()
    await provider.close()
  })

  test('fails the checkout, says where, and gives the stock back', async () => {
    provider.behave(answer(500))
    const before = await stockOf('sku-020')
    const failed = await shop.checkout({sku: 'sku-020', quantity: 1}, {'x-request-id': 'find-me'})
    expect(failed.status).toBe(502)
    expect((await fieldsOf(failed))['error']).toContain('psp answered 500')
    await eventually(async () => {
      expect(await stockOf('sku-020')).toBe(before)
    })
    const logged = shop.lines.map((line) => JSON.parse(line)).filter(({requestId}) => requestId === 'find-me')
    expect(new Set(logged.map(({service}) => service))).toEqual(
      new Set(['edge', 'gateway', 'order', 'payment']),
    )
    expect(new Set(logged.map(({traceId}) => traceId)).size).toBe(1)
  })

  test('completes a failed checkout when the same key is sent again', async () => {
    const headers = {'idempotency-key': 'second-try'}
    provider.behave(answer(500))
    expect((await shop.checkout({sku: 'sku-021', quantity: 1}, headers)).status).toBe(502)
    await eventually(async () => {
      const [row] = await databases.sql(
        'inventory',
        "SELECT released FROM reservations WHERE key = 'second-try'",
      )
      expect(row).toEqual({released: true})
    })
    provider.behave(answer(201, {chargeId: 'ch-1', approved: true}))
    expect((await shop.checkout({sku: 'sku-021', quantity: 1}, headers)).status).toBe(201)
  })

  test('opens the breaker at the sick edge only, fails fast, and goes on selling nothing but showing all', async () => {
    provider.behave(silence)
    const slow = await Promise.all(
      Array.from({length: 12}, () => shop.checkout({sku: 'sku-022', quantity: 1})),
    )
    expect(slow.every(({status}) => status === 504 || status === 503)).toBe(true)
    const asked = provider.requests.length
    const rejected = await shop.checkout({sku: 'sku-022', quantity: 1})
    expect(rejected.status).toBe(503)
    expect((await fieldsOf(rejected))['error']).toContain('psp is failing; not called')
    expect(provider.requests.length).toBe(asked)
    expect(await shop.metrics('payment-1')).toContain('circuit_state{from="payment",to="psp"} 2')
    expect(await shop.metrics('order-1')).toContain('circuit_state{from="order",to="payment"} 0')
    expect((await shop.get('/products')).status).toBe(200)
  })

  test('sells again when the provider is back', async () => {
    provider.behave(answer(201, {chargeId: 'ch-2', approved: true}))
    await eventually(async () => {
      expect((await shop.checkout({sku: 'sku-023', quantity: 1})).status).toBe(201)
    })
    expect(await shop.metrics('payment-1')).toContain('circuit_state{from="payment",to="psp"} 0')
  })
})

describe('the shop without its database', () => {
  let shop: Awaited<ReturnType<typeof openShop>>
  beforeAll(async () => {
    shop = await openShop({databaseUrl: databases.urlOf})
  })
  afterAll(async () => {
    await databases.start().catch(() => {})
    await shop.close()
  })

  test('says why it is not ready, fails fast, and comes back by itself', async () => {
    await databases.stop()
    await eventually(async () => {
      const readiness = await fetch(shop.url('catalog-1', '/readyz'))
      expect(readiness.status).toBe(503)
      expect((await fieldsOf(readiness))['reason']).toMatch(/^database: /)
    })
    expect((await fetch(shop.url('catalog-1', '/livez'))).status).toBe(200)
    const failed = await shop.get('/products')
    expect([502, 503]).toContain(failed.status)

    await databases.start()
    await eventually(async () => {
      expect((await fetch(shop.url('catalog-1', '/readyz'))).status).toBe(200)
      expect((await shop.get('/products')).status).toBe(200)
    })
  })
})
