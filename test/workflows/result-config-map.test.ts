import {expect, it} from 'vitest'
import {UserError} from '../../src/errors.js'
import {parseConfigMapName, resultConfigMap} from '../../src/workflows/result-config-map.js'
import {variantReport} from '../fakes/record-variants.js'

it('reads a name with its namespace', () => {
  expect(parseConfigMapName('shop/checkout-result')).toEqual({namespace: 'shop', name: 'checkout-result'})
})

it.each(['checkout-result', 'shop/', '/x', 'Shop/x', 'shop/a b', 'shop/x/y', 'shop/-x'])(
  'refuses %j as a name',
  (name) => {
    expect(() => parseConfigMapName(name)).toThrow(UserError)
  },
)

it('holds the outcome, the exit code and the reports', async () => {
  const report = variantReport('fail')
  const {metadata, data} = await resultConfigMap(report, {namespace: 'shop', name: 'result'})
  expect(metadata).toMatchObject({namespace: 'shop', name: 'result'})
  expect(data).toMatchObject({outcome: 'fail', 'exit-code': '1', run: report.record.header.runId})
  const {'report.json': json = '', 'report.md': markdown} = data as Record<string, string>
  expect(JSON.parse(json)).toMatchObject({outcome: 'fail'})
  expect(markdown).toContain(': fail')
})

it('leaves out, and says so, what a ConfigMap has no room for', async () => {
  const report = variantReport('pass')
  report.verdict.advice = ['x'.repeat(1_100_000)]
  const {data} = await resultConfigMap(report, {namespace: 'shop', name: 'result'})
  const kept = data as Record<string, string>
  expect(Object.keys(kept)).not.toContain('report.json')
  expect(kept['left-out']).toMatch(/report\.json \(1\d{6} bytes\)/)
  expect(kept['outcome']).toBe('pass')
  expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThan(1_048_576)
})
