import {parseFields} from '../service/body.js'
import {sleep} from '../service/clock.js'
import type {CreateService} from '../service/context.js'
import {identityOf} from './identity.js'

const fastestMs = 5
const slowestMs = 15

/** The payment provider outside the shop: takes its 5 to 15 ms, approves everything, charges each key once. */
export const create: CreateService = ({clock, random}) => ({
  routes: [
    {
      method: 'POST',
      path: '/charges',
      answer: async ({body}) => {
        const {key, amountCents} = parseFields(body, {key: 'text', amountCents: 'cents'})
        await sleep(clock, fastestMs + random() * (slowestMs - fastestMs))
        return {status: 201, body: {chargeId: identityOf('ch', key), amountCents, approved: true}}
      },
    },
  ],
  whyNotReady: () => undefined,
  close: async () => {},
})
