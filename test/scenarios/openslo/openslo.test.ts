import {describe, expect, it} from 'vitest'
import {readIn} from '../../fakes/scenario-folder.js'

const source = (query: string): string =>
  `{metricSource: {type: Prometheus, spec: {query: ${JSON.stringify(query)}}}}`

const ratio = (good: string, total: string, counter = 'true'): string =>
  `ratioMetric: {counter: ${counter}, good: ${source(good)}, total: ${source(total)}}`

const slo = (indicator: string, {name = 'up', objectives = '[{target: 0.995}]', more = ''} = {}): string =>
  `apiVersion: openslo/v1
kind: SLO
metadata: {name: ${name}}
spec:
  service: shop
  indicator: {metadata: {name: i}, spec: {${indicator}}}
  budgetingMethod: Occurrences
${more}  objectives: ${objectives}
`

const read = async (text: string, entry = '{openslo: slo.yaml}', files: Record<string, string> = {}) => {
  const rules = files['r.yaml'] === undefined ? '' : 'rules: [r.yaml]\n'
  const {loaded, ...told} = await readIn(`${rules}objectives: [${entry}]`, {'slo.yaml': text, ...files})
  return {objectives: loaded?.scenario.objectives ?? [], files: loaded?.source.files, ...told}
}

const counted = {during: ['fault', 'recovery'], confidence: 0.95, minSamples: 30}
const good = 'sum(rate(x_total{code!~"5.."}[5m]))'
const total = 'sum(rate(x_total[5m]))'

describe('an OpenSLO ratio of counters', () => {
  it('becomes an objective that counts them', async () => {
    const {objectives, warnings} = await read(slo(ratio(good, total)))
    expect(objectives).toEqual([
      {kind: 'ratio', name: 'up', good: 'x_total{code!~"5.."}', total: 'x_total', target: 0.995, ...counted},
    ])
    expect(warnings).toEqual([])
  })

  it('may count bad events, have several targets, and take phases and confidence from the scenario', async () => {
    const indicator = `ratioMetric: {counter: true, bad: ${source('x_total{code="500"}')}, total: ${source('x_total')}}`
    const objectives = '[{displayName: day, target: 0.99}, {targetPercent: 99.95}]'
    const entry = '{openslo: slo.yaml, during: [fault], confidence: 99%, min-samples: 5}'
    const options = {during: ['fault'], confidence: 0.99, minSamples: 5}
    expect((await read(slo(indicator, {objectives}), entry)).objectives).toEqual([
      {kind: 'ratio', name: 'up day', bad: 'x_total{code="500"}', total: 'x_total', target: 0.99, ...options},
      {kind: 'ratio', name: 'up 2', bad: 'x_total{code="500"}', total: 'x_total', target: 0.9995, ...options},
    ])
  })

  it('is found in a ready-made ratio, and in what recording rules make of counters', async () => {
    const raw = (query: string, rawType: string): string =>
      `ratioMetric: {rawType: ${rawType}, raw: ${source(query)}}`
    const of = async (indicator: string) => {
      const rules = `groups: [{name: g, rules: [{record: good, expr: '${good}'}, {record: all, expr: '${total}'}]}]`
      const {objectives, problems} = await read(slo(indicator), undefined, {'r.yaml': rules})
      return [...objectives, ...problems]
    }
    const selectors = {good: 'x_total{code!~"5.."}', total: 'x_total'}
    expect(await of(raw(`${good} / ${total}`, 'success'))).toMatchObject([{kind: 'ratio', ...selectors}])
    expect(await of(raw('sum(bad_total) / sum(x_total)', 'failure'))).toMatchObject([
      {kind: 'ratio', bad: 'bad_total', total: 'x_total'},
    ])
    expect(await of(ratio('good', 'all'))).toMatchObject([{kind: 'ratio', ...selectors}])
  })

  it('says that groups are judged together', async () => {
    const {objectives, warnings} = await read(slo(ratio(good, 'sum by (pod) (rate(x_total[5m]))')))
    expect(objectives).toMatchObject([{total: 'x_total'}])
    expect(warnings).toEqual([expect.stringContaining('kept apart by (pod), are judged together as one')])
  })
})

describe('another OpenSLO indicator', () => {
  it.each([
    [
      'a threshold',
      `thresholdMetric: ${source('histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))')}`,
      '[{op: lte, value: 0.3, target: 0.99}]',
      {
        query: 'histogram_quantile(0.9, sum by (le) (rate(x_bucket[$phase])))',
        expect: {comparator: '<=', value: 0.3},
      },
    ],
    [
      'a ratio of something else than growth',
      ratio('sum(rate(a_total[5m])) - sum(rate(b_total[5m]))', total),
      '[{target: 0.9}]',
      {
        query: '(sum(rate(a_total[$phase])) - sum(rate(b_total[$phase]))) / (sum(rate(x_total[$phase])))',
        expect: {comparator: '>=', value: 0.9},
      },
    ],
    [
      'a recorded ratio of failures',
      `ratioMetric: {rawType: failure, raw: ${source('slo:errors:ratio')}}`,
      '[{targetPercent: 99.9}]',
      {query: 'slo:errors:ratio', expect: {comparator: '<=', value: 0.001}},
    ],
  ])('%s becomes a query over the phase, and that is said', async (_, indicator, objectives, expected) => {
    const found = await read(slo(indicator, {objectives}))
    expect(found.objectives).toMatchObject([{kind: 'query', name: 'up', ...expected}])
    expect(found.warnings.join('\n')).toContain('judged once at the end of each phase, as ')
  })
})

describe('what of an OpenSLO file is not used', () => {
  it('is told line by line, and the rest is judged', async () => {
    const files = [
      slo(ratio(good, total), {
        more: '  timeWindow: [{duration: 28d, isRolling: true}]\n  alertPolicies: [{alertPolicyRef: p}]\n',
      }),
      slo(ratio(good, total), {name: 'sliced'}).replace('Occurrences', 'Timeslices'),
      slo(ratio(good, total), {name: 'gauges'})
        .replaceAll(/sum\(rate\((\S+)\[5m\]\)\)/g, '$1')
        .replace('counter: true', 'counter: false'),
      slo(ratio(good, total), {name: 'dog'}).replace('type: Prometheus', 'type: Datadog'),
      slo(ratio(good, total), {name: 'mixed', objectives: '[{target: 0.9, indicatorRef: a}]'}),
      slo(ratio('sum(rate(x_total[5m] offset 1d))', total), {name: 'back'}),
      'apiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: {name: p}\nspec: {}\n',
    ]
    const {objectives, warnings, problems} = await read(files.join('---\n'))
    expect(problems).toEqual([])
    expect(objectives.map(({name}) => name)).toEqual(['up'])
    expect(warnings).toEqual([
      expect.stringMatching(/^slo\.yaml:8:15 spec\.timeWindow: the time window of 28d is not used/),
      expect.stringMatching(/^slo\.yaml:9:18 spec\.alertPolicies: not used/),
      expect.stringMatching(
        /^slo\.yaml:18:20 spec\.budgetingMethod: the SLO "sliced" is not used: Timeslices/,
      ),
      expect.stringMatching(/^slo\.yaml:26:.* the SLO "gauges" is not used: "counter: false"/),
      expect.stringMatching(/^slo\.yaml:35:.*type: the SLO "dog" is not used: Datadog cannot be asked/),
      expect.stringMatching(/^slo\.yaml:46:.*the SLO "mixed" is not used: .*composite/),
      expect.stringMatching(/^slo\.yaml:53:.*the SLO "back" is not used: offset and @ read beyond the phase/),
      expect.stringMatching(/^slo\.yaml:58:7 kind: AlertPolicy not used/),
    ])
  })

  it('is a mistake when it was asked for by name', async () => {
    const text = slo(ratio(good, total)).replace('Occurrences', 'RatioTimeslices')
    const {problems} = await read(text, '{openslo: slo.yaml, slo: up}')
    expect(problems).toEqual([expect.stringContaining('RatioTimeslices cannot be judged in phases')])
  })
})

describe('a mistake in an OpenSLO file', () => {
  it.each([
    [
      'another version',
      slo(ratio(good, total)).replace('openslo/v1', 'openslo/v1alpha'),
      'slo.yaml:1:13 apiVersion: expected "openslo/v1", the only version that is read; got "openslo/v1alpha"',
    ],
    [
      'an unknown kind',
      slo(ratio(good, total)).replace('kind: SLO', 'kind: SLOO'),
      'slo.yaml:2:7 kind: unknown kind "SLOO": did you mean "SLO"?',
    ],
    [
      'an unknown key',
      slo(ratio(good, total), {objectives: '[{target: 0.9, targt: 1}]'}),
      'slo.yaml:8:30 spec.objectives[0]: unknown key "targt": did you mean "target"?',
    ],
    [
      'no target',
      slo(ratio(good, total), {objectives: '[{displayName: a}]'}),
      'slo.yaml:8:16 spec.objectives[0]: there is no "target" and no "targetPercent"',
    ],
    [
      'an indicator that is not there',
      slo('').replace(/indicator: .*/, 'indicatorRef: gone'),
      'slo.yaml:6:17 spec.indicatorRef: there is no SLI "gone" in these files',
    ],
    ['no total', slo(`ratioMetric: {good: ${source(good)}}`), 'ratioMetric: there is no "total"'],
    ['wrong PromQL', slo(ratio('sum(x', total)), 'good.metricSource.spec.query: unclosed left parenthesis'],
    [
      'a threshold without a value',
      slo(`thresholdMetric: ${source('x')}`),
      'its objective needs "op" and "value"',
    ],
    ['no source', slo(ratio(good, total)).replace('type: Prometheus, ', ''), 'the metric source has no type'],
    [
      'two SLOs of one name',
      [slo(ratio(good, total)), slo(ratio(good, total))].join('---\n'),
      'slo.yaml:12:18 metadata.name: the name "up" is taken by an earlier object',
    ],
    ['nothing in it', '', 's.yaml:6:24 objectives[0].openslo: slo.yaml: there is no SLO in it'],
    ['no YAML', 'kind: [', 'slo.yaml:1:8 not valid YAML'],
  ])('%s is told with its place', async (_, text, message) => {
    const {problems} = await read(text)
    expect(problems).toEqual([expect.stringContaining(message)])
  })

  it.each([
    ['{openslo: slo.yaml, slo: upp}', 'slo: slo.yaml: there is no SLO "upp" in it: did you mean "up"?'],
    ['{openslo: gone.yaml}', 'Cannot read gone.yaml: there is no such file'],
    ['{openslo: slo.yaml, sol: up}', 'objectives[0]: unknown key "sol": did you mean "slo"?'],
    ['{openslo: slo.yaml, during: [falut]}', 'during[0]: expected one of "baseline", "fault", "recovery"'],
    ['{openslo: slo.yaml, confidence: 5}', 'confidence'],
    [
      '{openslo: slo.yaml}, {name: up, query: x, expect: ">= 1"}',
      'objectives[1].name: the name "up" is taken',
    ],
  ])('in the entry %s is told', async (entry, message) => {
    const {problems} = await read(slo(ratio(good, total)), entry)
    expect(problems).toEqual([expect.stringContaining(message)])
  })
})

describe('an OpenSLO file', () => {
  it('is kept as read, and what is made of it can be named by other parts of the scenario', async () => {
    const text = slo(ratio(good, total))
    const {objectives, files, problems} = await read(
      text,
      '{name: back, recovers: up, within: 5s}, {openslo: slo.yaml}',
    )
    expect(problems).toEqual([])
    expect(objectives.map(({name}) => name)).toEqual(['back', 'up'])
    expect(files).toEqual([{path: expect.stringMatching(/slo\.yaml$/), text}])
  })

  it('takes the type of a source, and indicators, from other objects', async () => {
    const text = `apiVersion: openslo/v1
kind: DataSource
metadata: {name: ds}
spec: {type: Prometheus, connectionDetails: {url: http://p}}
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: i}
spec: {${ratio(good, total).replaceAll('type: Prometheus', 'metricSourceRef: ds')}}
---
${slo('').replace(/indicator: .*/, 'indicatorRef: i')}`
    const {objectives, problems} = await read(text)
    expect(problems).toEqual([])
    expect(objectives).toMatchObject([{kind: 'ratio', total: 'x_total'}])
  })
})
