import {expect, it} from 'vitest'
import {failureKindOf} from '../../../src/engines/pacer/failure.js'

const coded = (code: string): Error => Object.assign(new Error(code), {code})

it.each([
  [coded('ECONNREFUSED'), 'refused'],
  [Object.assign(new AggregateError([], 'both families'), {code: 'ECONNREFUSED'}), 'refused'],
  [coded('ECONNRESET'), 'reset'],
  [coded('EPIPE'), 'reset'],
  [coded('ENOTFOUND'), 'dns'],
  [coded('SELF_SIGNED_CERT_IN_CHAIN'), 'tls'],
  [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls'],
  [coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), 'tls'],
  [coded('EMFILE'), 'local'],
  [coded('EADDRNOTAVAIL'), 'local'],
  [coded('EHOSTUNREACH'), 'other'],
  [new Error('no code'), 'other'],
])('%s is booked as %s', (error, kind) => {
  expect(failureKindOf(error)).toBe(kind)
})
