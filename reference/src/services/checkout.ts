import {CallFailed} from '../policies/failure.js'
import type {HttpClient} from '../policies/http-client.js'
import type {Log} from '../service/log.js'
import type {Trace} from '../service/trace.js'
import {accepted, fieldsOf} from './answers.js'

export interface Checkout {
  key: string
  sku: string
  quantity: number
  trace: Trace
}

export interface CheckoutParts {
  inventory: HttpClient
  payment: HttpClient
  log: Log
  /** Writes the order; safe to repeat. */
  write(checkout: Checkout, totalCents: number): Promise<void>
}

export interface Checkouts {
  /** Throws Declined when the shop says no, CallFailed when a part of it does not work. Returns the total in cents. */
  run(checkout: Checkout): Promise<number>
  /** Resolves when no compensation is under way. */
  settled(): Promise<void>
}

const reserve = async (inventory: HttpClient, {key, sku, quantity, trace}: Checkout): Promise<number> => {
  const body = {key, sku, quantity}
  const answer = await inventory.request({
    method: 'POST',
    path: '/reservations',
    body,
    idempotencyKey: key,
    trace,
  })
  return Number(fieldsOf(accepted(answer))['priceCents']) * quantity
}

const charge = async (payment: HttpClient, {key, trace}: Checkout, amountCents: number): Promise<void> => {
  const body = {key, amountCents}
  accepted(await payment.request({method: 'POST', path: '/captures', body, idempotencyKey: key, trace}))
}

/**
 * The saga of an order: reserve, charge, write. Every step is idempotent by the customer's key.
 *
 *   reserve ──▶ charge ──▶ write ──▶ done
 *      │fails      │fails     │fails: nothing is undone. The write may have been done, and the money has been taken;
 *      ▼           ▼          ▼      the same key, sent again, completes the order.
 *      └─ release ─┘
 *
 * The customer does not wait for the release: a failed checkout must answer fast.
 */
export const createCheckouts = ({inventory, payment, log, write}: CheckoutParts): Checkouts => {
  const releases = new Set<Promise<void>>()

  const release = async ({key, trace}: Checkout): Promise<void> => {
    try {
      const path = `/reservations/${encodeURIComponent(key)}`
      accepted(await inventory.request({method: 'DELETE', path, trace}))
    } catch (thrown) {
      log.error('reservation not released', {key, traceId: trace.traceId, error: String(thrown)})
    }
  }
  const releaseLater = (checkout: Checkout): void => {
    const releasing = release(checkout).finally(() => releases.delete(releasing))
    releases.add(releasing)
  }

  return {
    run: async (checkout) => {
      let totalCents: number
      try {
        totalCents = await reserve(inventory, checkout)
      } catch (thrown) {
        // It may have been reserved although the answer was lost; a "no" has surely reserved nothing.
        if (thrown instanceof CallFailed && thrown.kind !== 'rejected') releaseLater(checkout)
        throw thrown
      }
      try {
        await charge(payment, checkout, totalCents)
      } catch (thrown) {
        releaseLater(checkout)
        throw thrown
      }
      await write(checkout, totalCents)
      return totalCents
    },
    settled: async () => {
      await Promise.all(releases)
    },
  }
}
