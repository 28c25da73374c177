import {describe, expect, it} from 'vitest'
import {readIn} from '../../fakes/scenario-folder.js'

const objective = 'objectives: [{name: one, good: g, total: t, target: 99%}]'
const named = `rules: [r.yaml]\n${objective}`

const group = (rules: string, options = ''): string => `groups:
  - name: g
${options}    rules:
${rules}`

const problemsOf = async (text: string): Promise<string[]> => (await readIn(named, {'r.yaml': text})).problems

describe('a rule file', () => {
  it('becomes groups of rules, with the place of each', async () => {
    const text = group(
      `      - record: job:x:rate
        expr: sum by (job) (rate(x[1m]))
        labels: {team: ops}
      - alert: Hot
        expr: job:x:rate > 5
        for: 1m30s
        keep_firing_for: 1d
        labels: {severity: 1}
        annotations: {summary: "{{ $value }} is too much"}`,
      '    interval: 30s\n    limit: 10\n    labels: {team: all, site: a}\n',
    )
    const {loaded, warnings} = await readIn(named, {'r.yaml': text})
    expect(warnings).toEqual([])
    expect(loaded?.scenario.rules).toEqual([
      {
        name: 'g',
        file: expect.stringMatching(/\/r\.yaml$/),
        intervalMs: 30_000,
        limit: 10,
        rules: [
          {
            kind: 'record',
            record: 'job:x:rate',
            expr: 'sum by (job) (rate(x[1m]))',
            labels: {team: 'ops', site: 'a'},
            place: expect.stringMatching(/\/r\.yaml:7$/),
          },
          {
            kind: 'alert',
            alert: 'Hot',
            expr: 'job:x:rate > 5',
            forMs: 90_000,
            keepFiringMs: 86_400_000,
            labels: {team: 'all', site: 'a', severity: '1'},
            place: expect.stringMatching(/\/r\.yaml:10$/),
          },
        ],
      },
    ])
    expect(loaded?.source.files).toEqual([{path: expect.stringMatching(/\/r\.yaml$/), text}])
  })

  it('may be the resource of an operator, and one of several that a pattern names', async () => {
    const resource = `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: shop, labels: {role: rules}}
spec:
  groups: [{name: k, rules: [{record: b, expr: x}]}]
`
    const files = {
      'rules/a.yaml': group('      - {record: a, expr: x}'),
      'rules/k8s.yaml': resource,
      'rules/.hid.yaml': 'no',
    }
    const {loaded} = await readIn(`rules: [rules/*.yaml, rules/a.yaml]\n${objective}`, files)
    expect(loaded?.scenario.rules?.map(({name}) => name)).toEqual(['g', 'k'])
  })

  it.each([
    [
      'the place of a mistake inside a block of PromQL',
      `      - alert: A
        expr: |
          sum(x)
            / sum(y))
          > 1`,
      "r.yaml:7:21 groups[0].rules[0].expr: unexpected right parenthesis ')'",
    ],
    [
      'the place of a mistake between quotes',
      `      - {record: a, expr: 'x{a="b"} +'}`,
      'r.yaml:4:38 groups[0].rules[0].expr: unexpected end of input',
    ],
    [
      'an unknown key',
      '      - {record: a, expr: x, fro: 1m}',
      'r.yaml:4:30 groups[0].rules[0]: unknown key "fro"',
    ],
    [
      'a rule of neither kind',
      '      - {recrod: a, expr: x}',
      'r.yaml:4:9 groups[0].rules[0]: a rule needs one of "record", "alert": did you mean "record" by "recrod"?',
    ],
    [
      'a wrong duration',
      '      - {alert: A, expr: x, for: 5}',
      'r.yaml:4:34 groups[0].rules[0].for: expected a duration such as 5m or 30s, got 5',
    ],
    [
      'a name that no metric can have',
      '      - {record: a-b, expr: x}',
      'r.yaml:4:18 groups[0].rules[0].record: expected the name of a metric',
    ],
    [
      'the same rule twice',
      '      - {record: a, expr: x}\n      - {record: a, expr: y}',
      'r.yaml:5:1 a: the same rule, with the same labels, is at r.yaml:4 already',
    ],
    [
      'rules that are made from each other',
      '      - {record: a, expr: b}\n      - {record: b, expr: sum(c)}\n      - {record: c, expr: a + 1}',
      'r.yaml:4:1 a: this rule is made from itself: a reads b reads c reads a',
    ],
  ])('has %s told', async (_, rules, message) => {
    expect(await problemsOf(group(rules))).toEqual([expect.stringContaining(message)])
  })

  it.each([
    ['a file that is empty', '', 'r.yaml:1:1 the file is empty: expected "groups"'],
    ['a file that is no YAML', 'groups: [', 'r.yaml:1:10 not valid YAML'],
    ['a file that is something else', 'scrape_configs: []', 'r.yaml:1:1 unknown key "scrape_configs"'],
    [
      'a group that is there twice',
      'groups: [{name: g}, {name: g}]',
      'r.yaml:1:28 groups[1].name: the group "g" is in this file already',
    ],
  ])('has %s told', async (_, text, message) => {
    expect((await problemsOf(text)).join('\n')).toContain(message)
  })

  it('that is not there, and a pattern that nothing matches, are told where they are named', async () => {
    const {problems} = await readIn(`rules: [gone.yaml, rules/*.yml]\n${objective}`)
    expect(problems).toEqual([
      's.yaml:6:9 rules[0]: Cannot read gone.yaml: there is no such file',
      's.yaml:6:20 rules[1]: no file matches rules/*.yml',
    ])
  })

  it('that is no text is not shown', async () => {
    expect(await problemsOf('\0\u0001groups')).toEqual([
      's.yaml:6:9 rules[0]: Cannot read r.yaml: it is not text in UTF-8',
    ])
  })

  it('has told what of it is not used, line by line', async () => {
    const rules = `      - {alert: A, expr: x, labels: {team: "{{ $labels.team }}"}}
      - {record: b, expr: info(x)}`
    const {loaded, warnings} = await readIn(named, {'r.yaml': group(rules, '    query_offset: 1m\n')})
    expect(warnings).toEqual([
      'r.yaml:3:19 groups[0].query_offset: not used: rules are evaluated on the newest samples, not 1m later',
      'r.yaml:5:44 groups[0].rules[0].labels.team: not used: "{{ $labels.team }}" is a template; the alert goes without this label',
      expect.stringMatching(/^r\.yaml:6:27 groups\[0\]\.rules\[1\]\.expr: this rule is not used: info\(\)/),
    ])
    expect(loaded?.scenario.rules?.[0]?.rules).toMatchObject([{alert: 'A', labels: {}}])
  })

  it('may use anchors', async () => {
    const rules = `      - {alert: A, expr: x, labels: &page {severity: page}}
      - {alert: B, expr: y, labels: *page}`
    const {loaded} = await readIn(named, {'r.yaml': group(rules)})
    expect(loaded?.scenario.rules?.[0]?.rules[1]).toMatchObject({labels: {severity: 'page'}})
  })
})

describe('a scenario that names alerts', () => {
  const files = {
    'r.yaml': group(`      - {alert: Hot, expr: x > 1, for: 1m}
      - {alert: Odd, expr: info(x)}
      - {record: job:x, expr: sum(x)}`),
  }

  it('has them as objectives and guards, by their own names', async () => {
    const {loaded, warnings} = await readIn(
      'rules: [r.yaml]\nobjectives: [{alert: Hot, during: [fault]}]\nguards: [{alert: Hot}, {name: b, alert: Hot}]\n' +
        'counterfactual: {switches: {a.b: off}, must-fail: [Hot]}',
      files,
    )
    expect(loaded?.scenario.objectives).toEqual([
      {kind: 'alert', name: 'Hot', alert: 'Hot', during: ['fault'], confidence: 0.95, minSamples: 1},
    ])
    expect(loaded?.scenario.guards).toEqual([
      {
        name: 'Hot',
        alert: 'Hot',
        stopWhen: 'ALERTS{alertname="Hot", alertstate="firing"}',
        above: 0,
        forMs: 0,
      },
      {name: 'b', alert: 'Hot', stopWhen: 'ALERTS{alertname="Hot", alertstate="firing"}', above: 0, forMs: 0},
    ])
    expect(warnings[0]).toMatch(
      /^s\.yaml:7:22 objectives\[0\]\.alert: Hot \(r\.yaml:4\) fires after 1m, and the fault phase lasts 20s/,
    )
  })

  it('is told when an alert looks further back than the phase is long, also by way of what is recorded', async () => {
    const rules = `      - {alert: Hot, expr: 'job:x > 1'}
      - {record: job:x, expr: 'sum(rate(x[5m]))'}`
    const {warnings} = await readIn('rules: [r.yaml]\nobjectives: [{alert: Hot, during: [fault]}]', {
      'r.yaml': group(rules),
    })
    expect(warnings).toEqual([
      expect.stringMatching(
        /Hot \(\S*r\.yaml:4\) looks 5m back, and the fault phase lasts 20s: what was before/,
      ),
    ])
  })

  it.each([
    ['{alert: Hott}', 'objectives[0].alert: there is no alert "Hott": did you mean "Hot"?'],
    ['{alert: Odd}', 'objectives[0].alert: the alert "Odd" cannot be evaluated: see the warning at its rule'],
    ['{alert: Hot}, {alert: Hot}', 'objectives[1].alert: the name "Hot" is taken by an earlier entry'],
    [
      '{name: n, good: job:x, total: t, target: 9%}',
      'objectives[0].good: job:x is recorded by the rule at r.yaml:6',
    ],
  ])('has %s told as a mistake', async (objectives, message) => {
    const {problems} = await readIn(`rules: [r.yaml]\nobjectives: [${objectives}]`, files)
    expect(problems).toEqual([expect.stringContaining(message)])
  })

  it('is told that no rule file is named', async () => {
    const {problems} = await readIn('objectives: [{alert: Hot}]')
    expect(problems).toEqual([
      's.yaml:6:22 objectives[0].alert: there is no alert "Hot": name the files that hold it under "rules"',
    ])
  })
})
