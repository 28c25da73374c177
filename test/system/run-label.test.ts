import {expect, it} from 'vitest'
import {runLabel} from '../../src/system/run-label.js'

it.each([
  ['20261121-125341-payment-slow-3f2a', '20261121-125341-payment-slow-3f2a'],
  [
    `20261121-125341-${'long-'.repeat(12)}name-3f2a`,
    '20261121-125341-long-long-long-long-long-long-long-long-lo-3f2a',
  ],
  [`20261121-125341-${'a'.repeat(41)}-bcdef-3f2a`, `20261121-125341-${'a'.repeat(41)}-3f2a`],
])('a run id %s is the label %s', (runId, label) => {
  expect(runLabel(runId)).toBe(label)
  expect(label).toMatch(/^[a-z0-9][-a-z0-9]{0,61}[a-z0-9]$/)
})
