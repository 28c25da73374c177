import {execFileSync} from 'node:child_process'
import {dirname, join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {openRemoteWrite} from '../../src/clients/remote-write.js'
import metrics from '../../src/reporters/metrics.js'
import type {Report} from '../../src/reporters/reporter.js'
import {wallClock} from '../../src/system/clock.js'
import {deliver} from '../../src/workflows/deliver.js'
import {hostileReport} from '../fakes/hostile-report.js'
import {startRealPrometheus} from '../fakes/metrics-real-prometheus.js'
import {variantReport} from '../fakes/record-variants.js'
import {findTool} from './components.js'

const tool = await findTool('prometheus-3.5')
const binary = 'binary' in tool ? tool.binary : ''
const why = 'missing' in tool ? tool.missing : ''

/** A run that has just ended: a server takes no samples from last month. */
const justEnded = (report: Report): Report => {
  if (report.record.end) report.record.end.atMs = wallClock.now() - 1000
  return report
}

/** What a Prometheus answers to a query at its own now. */
const ask = async (
  url: string,
  query: string,
): Promise<{metric: Record<string, string>; value: [number, string]}[]> => {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({query})}`)
  // The API of Prometheus.
  const {data} = (await response.json()) as {
    data: {result: {metric: Record<string, string>; value: [number, string]}[]}
  }
  return data.result
}

describe.skipIf(binary === '')(`results in a Prometheus 3.5 ${why}`, () => {
  it('arrive by remote write, hostile names and all', async () => {
    const real = await startRealPrometheus(binary, [], 1000, ['--web.enable-remote-write-receiver'])
    try {
      const url = `${real.url}/api/v1/write`
      const signal = new AbortController().signal
      const asked = {'remote-write': url}
      expect(await deliver(justEnded(variantReport('fail')), asked, signal)).toEqual([])
      const [missed] = await ask(real.url, 'shakedown_objective_outcome{outcome="fail"} == 1')
      expect(missed?.metric).toMatchObject({
        scenario: 'payment-slow',
        objective: 'checkout answers in time',
        phase: 'fault',
        unit: 'ratio',
      })
      const [estimate] = await ask(
        real.url,
        'shakedown_objective_estimate{objective="checkout answers in time"}',
      )
      expect(Number(estimate?.value[1])).toBeCloseTo(0.50778, 4)
      expect(await deliver(justEnded(hostileReport('pass')), asked, signal)).toEqual([])
      expect(await ask(real.url, 'shakedown_run_info{scenario=~"a.b <script>.*"}')).toHaveLength(1)
    } finally {
      await real.stop()
    }
  })

  it('are refused with its own words when they are too old', async () => {
    const real = await startRealPrometheus(binary, [], 1000, ['--web.enable-remote-write-receiver'])
    try {
      const asked = {'remote-write': `${real.url}/api/v1/write`}
      const signal = new AbortController().signal
      expect(await deliver(justEnded(variantReport('pass')), asked, signal)).toEqual([])
      // The run of the fixed record ended weeks ago, or is still to come.
      const [failure] = await deliver(variantReport('pass'), asked, signal)
      expect(String(failure)).toMatch(/answers with status 400: .*(out of|too old|future|bounds)/)
    } finally {
      await real.stop()
    }
  })

  it('that has no receiver are refused with what to do', async () => {
    const real = await startRealPrometheus(binary, [], 1000)
    try {
      const asked = {'remote-write': `${real.url}/api/v1/write`}
      const [failure] = await deliver(justEnded(variantReport('pass')), asked, new AbortController().signal)
      expect(String(failure)).toMatch(/status 404: .*remote.write.receiver/i)
    } finally {
      await real.stop()
    }
  })

  it.each(['pass', 'residual'] as const)(
    'of a run that is "%s" are text that promtool has nothing against',
    (variant) => {
      for (const report of [variantReport(variant), hostileReport(variant)]) {
        const input = metrics.render(report, {color: false, width: 80})
        const promtool = join(dirname(binary), 'promtool')
        expect(execFileSync(promtool, ['check', 'metrics'], {input, encoding: 'utf8'})).toBe('')
      }
    },
  )

  it('are sent nowhere when the address is wrong', () => {
    expect(() => openRemoteWrite('prometheus:9090', {})).toThrow('--remote-write is not an http')
  })
})
