import {expect, it} from 'vitest'
import {failureKindOf} from '../../../src/engines/k6/failure.js'

it.each([
  ['', '', undefined],
  ['1404', '', undefined],
  ['1503', '', undefined],
  ['1050', 'request timeout', 'timeout'],
  ['1211', 'dial: i/o timeout', 'timeout'],
  ['1212', 'dial: connection refused', 'refused'],
  ['1220', 'read: connection reset by peer', 'reset'],
  ['1201', 'write: broken pipe', 'reset'],
  ['1000', 'EOF', 'closed'],
  ['1000', 'unexpected EOF', 'closed'],
  ['1000', 'http: server closed idle connection', 'closed'],
  ['1000', 'context canceled', 'aborted'],
  ['1101', 'lookup: no such host', 'dns'],
  ['1310', 'x509: unknown authority', 'tls'],
  ['1213', 'dial: cannot assign requested address', 'local'],
  ['1000', 'malformed HTTP response "x"', 'other'],
  ['1701', 'error decompressing response body (gzip: invalid header)', 'other'],
])('k6 error %s "%s" is %s', (code, error, kind) => {
  expect(failureKindOf(code, error)).toBe(kind)
})
