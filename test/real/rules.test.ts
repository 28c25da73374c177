import {execFileSync} from 'node:child_process'
import {mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {connectPrometheus} from '../../src/metrics/prometheus.js'
import {withRules} from '../../src/metrics/ruled-source.js'
import type {RuleGroup} from '../../src/promql/index.js'
import {systemClock} from '../../src/system/clock.js'
import {alertCases} from '../contracts/alert-states.js'
import {newUser} from '../e2e/cli.js'
import {startHotShop, writeSloFiles} from '../fakes/hot-shop.js'
import {startExporter} from '../fakes/metrics-exporter.js'
import {startRealPrometheus} from '../fakes/metrics-real-prometheus.js'
import {findTool} from './components.js'

const tool = await findTool('prometheus-3.5')
const [binary, missing] = 'binary' in tool ? [tool.binary, undefined] : ['', tool.missing]

/** What promtool says of all cases: it ends with 0 when Prometheus has the same states at each second. */
const promtool = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-promtool-'))
  const groups = alertCases.map(({forMs = 0, keepFiringMs = 0}, index) => ({
    name: `g${index}`,
    interval: '1s',
    rules: [
      {alert: `A${index}`, expr: `heat${index} > 5`, for: `${forMs}ms`, keep_firing_for: `${keepFiringMs}ms`},
    ],
  }))
  const stateNames: Record<string, string> = {p: 'pending', f: 'firing'}
  const tests = alertCases.map(({values, states}, index) => ({
    interval: '1s',
    input_series: [{series: `heat${index}`, values: values.join(' ')}],
    promql_expr_test: [...states].map((state, second) => ({
      expr: `ALERTS{alertname="A${index}"}`,
      eval_time: `${second}s`,
      exp_samples:
        state === '-'
          ? []
          : [{labels: `ALERTS{alertname="A${index}", alertstate="${stateNames[state]}"}`, value: 1}],
    })),
  }))
  // YAML is a superset of JSON.
  writeFileSync(join(folder, 'rules.yaml'), JSON.stringify({groups}))
  const test = join(folder, 'test.yaml')
  writeFileSync(test, JSON.stringify({rule_files: ['rules.yaml'], evaluation_interval: '1s', tests}))
  return execFileSync(join(dirname(binary), 'promtool'), ['test', 'rules', test], {encoding: 'utf8'})
}

describe.skipIf(missing !== undefined)(
  `rules, as Prometheus 3.5 has them${missing ? `: ${missing}` : ''}`,
  () => {
    it('let alerts wait, fire and end at the same evaluations', () => {
      expect(promtool()).toContain('SUCCESS')
    })

    it('are evaluated over a server that has not got them', async () => {
      const target = await startExporter('heat 9\n')
      const targets = [{url: target.url, labels: {job: 'room', instance: 'one'}}]
      const server = await startRealPrometheus(binary, targets, 500)
      const rules: RuleGroup[] = [
        {
          name: 'g',
          rules: [
            {kind: 'record', record: 'job:heat', expr: 'max by (job) (max_over_time(heat[5s]))', labels: {}},
            {kind: 'alert', alert: 'Hot', expr: 'job:heat > 5', forMs: 2000, keepFiringMs: 0, labels: {}},
          ],
        },
      ]
      const source = withRules(await connectPrometheus({url: server.url}), rules)
      try {
        const ask = async (expression: string) => (await source.query(expression, systemClock.now())).answers
        await expect.poll(() => ask('job:heat'), {timeout: 60_000, interval: 500}).toMatchObject([{value: 9}])
        const firing = 'ALERTS{alertname="Hot", alertstate="firing"}'
        await expect.poll(() => ask(firing), {timeout: 60_000, interval: 500}).toMatchObject([{value: 1}])
        expect(await ask('heat')).toMatchObject([{value: 9}])
      } finally {
        await source.close()
        await server.stop()
        await target.close()
      }
    })

    it('judge and guard a run over a server that has not got them', async () => {
      const user = newUser()
      const shop = await startHotShop(user.home)
      writeSloFiles(user.home)
      const server = await startRealPrometheus(binary, [shop.page], 500)
      try {
        const {stdout, stderr} = await user.run(['run', 'calm.yaml', '--json', '--prometheus', server.url])
        const outcomes = JSON.parse(stdout).runs?.[0]?.verdict.objectives.map(
          ({name, outcome}: {name: string; outcome: string}) => `${name} ${outcome}`,
        )
        expect(outcomes, stderr).toEqual(['availability pass', 'Freezing pass', 'heat pass'])
        const guarded = await user.run(['run', 'hot.yaml', '--prometheus', server.url])
        expect(guarded.stdout, guarded.stderr).toContain('the alert Hot fires')
      } finally {
        await server.stop()
        await shop.close()
      }
    })
  },
)
