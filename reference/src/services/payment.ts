import {parseFields} from '../service/body.js'
import type {CreateService} from '../service/context.js'
import {openDatabase} from '../service/database.js'
import {accepted, fieldsOf} from './answers.js'
import {identityOf} from './identity.js'

const schema = `
  CREATE TABLE IF NOT EXISTS captures (
    key text PRIMARY KEY, capture_id text NOT NULL, charge_id text NOT NULL, amount_cents integer NOT NULL)`

const insert = `
  INSERT INTO captures (key, capture_id, charge_id, amount_cents) VALUES ($1, $2, $3, $4)
  ON CONFLICT (key) DO NOTHING`

/**
 * Takes the customer's money: charges at the provider, then records the capture. When the record fails, the caller
 * hears of it and repeats with the same key; the provider charges a key once.
 */
export const create: CreateService = (context) => {
  const database = openDatabase(context, schema)
  const psp = context.callTo('psp', {timeoutMs: 800, retriesTimeouts: 'none'})
  return {
    routes: [
      {
        method: 'POST',
        path: '/captures',
        answer: async ({body, trace}) => {
          const {key, amountCents} = parseFields(body, {key: 'text', amountCents: 'cents'})
          const charge = accepted(
            await psp.request({
              method: 'POST',
              path: '/charges',
              body: {key, amountCents},
              idempotencyKey: key,
              trace,
            }),
          )
          const captureId = identityOf('cap', key)
          await database.sql.query(insert, [key, captureId, fieldsOf(charge)['chargeId'], amountCents])
          return {status: 201, body: {captureId}}
        },
      },
    ],
    whyNotReady: database.whyNotReady,
    close: async () => {
      await psp.close()
      await database.close()
    },
  }
}
