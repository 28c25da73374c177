import {describe, expect, it} from 'vitest'
import {parseMetricsConfig} from '../../../src/metrics/server/config.js'

const problemsOf = (text: string): string[] => {
  try {
    parseMetricsConfig('p.yml', text)
    return []
  } catch (error) {
    return String(error).split('\n  ').slice(1)
  }
}

describe('parseMetricsConfig', () => {
  it('reads jobs with static targets, in the words of Prometheus', () => {
    const {intervalMs, jobs} = parseMetricsConfig(
      'p.yml',
      `
global: {scrape_interval: 5s}
scrape_configs:
  - job_name: shop
    static_configs:
      - targets: ['localhost:8080', 127.0.0.1:8081]
        labels: {zone: a}
      - targets: ['[::1]:9']
  - job_name: probe
    scrape_interval: 1m30s
    scrape_timeout: 500ms
    metrics_path: /probe
    scheme: https
    params: {module: [http, tcp]}
    static_configs: [{targets: [example.test]}]
`,
    )
    expect(intervalMs).toBe(5000)
    expect(jobs).toEqual([
      {
        name: 'shop',
        intervalMs: 5000,
        timeoutMs: 5000,
        targets: [
          {
            url: 'http://localhost:8080/metrics',
            labels: {job: 'shop', instance: 'localhost:8080', zone: 'a'},
          },
          {
            url: 'http://127.0.0.1:8081/metrics',
            labels: {job: 'shop', instance: '127.0.0.1:8081', zone: 'a'},
          },
          {url: 'http://[::1]:9/metrics', labels: {job: 'shop', instance: '[::1]:9'}},
        ],
      },
      {
        name: 'probe',
        intervalMs: 90_000,
        timeoutMs: 500,
        targets: [
          {
            url: 'https://example.test/probe?module=http&module=tcp',
            labels: {job: 'probe', instance: 'example.test'},
          },
        ],
      },
    ])
  })

  it.each(['', 'global: {}', 'scrape_configs: []'])('takes %o, with the defaults of Prometheus', (text) => {
    expect(parseMetricsConfig('p.yml', text)).toEqual({intervalMs: 60_000, jobs: []})
    const {jobs} = parseMetricsConfig('p.yml', 'scrape_configs: [{job_name: a}]')
    expect(jobs).toEqual([{name: 'a', intervalMs: 60_000, timeoutMs: 10_000, targets: []}])
  })

  it.each([
    ['globl: {}', 'p.yml:1:1 unknown key "globl": did you mean "global"?'],
    [
      'global:\n  scrape_intervall: 5s',
      'p.yml:2:3 global: unknown key "scrape_intervall": did you mean "scrape_interval"?',
    ],
    [
      'scrape_configs:\n  - job_name: a\n    relabel_configs: []',
      'p.yml:3:5 scrape_configs[0]: "relabel_configs" of Prometheus is not supported here, where static targets are scraped and nothing else',
    ],
    [
      'global: {scrape_interval: 5}',
      'p.yml:1:27 global.scrape_interval: expected a duration such as "15s", got 5',
    ],
    [
      'global: {scrape_interval: 1.5s}',
      'p.yml:1:27 global.scrape_interval: expected a duration such as "15s" or "1m30s", got "1.5s"',
    ],
    ['global: {scrape_interval: 100ms}', 'p.yml:1:27 global.scrape_interval: must be at least 250ms'],
    ['scrape_configs:\n  - {}', 'p.yml:2:5 scrape_configs[0].job_name: missing: expected text'],
    [
      'scrape_configs:\n  - {job_name: a}\n  - {job_name: a}',
      'p.yml:3:16 scrape_configs[1].job_name: there is a job "a" already',
    ],
    [
      'scrape_configs:\n  - {job_name: a, scrape_interval: 1s, scrape_timeout: 2s}',
      'p.yml:2:56 scrape_configs[0].scrape_timeout: must not be longer than scrape_interval',
    ],
    [
      'scrape_configs:\n  - job_name: a\n    static_configs:\n      - targets: ["http://x:1/metrics"]',
      'p.yml:4:19 scrape_configs[0].static_configs[0].targets[0]: expected host and port such as "localhost:8080", without scheme or path, got "http://x:1/metrics"',
    ],
    [
      'scrape_configs:\n  - job_name: a\n    static_configs:\n      - targets: ["x:1"]\n        labels: {__address__: y}',
      'p.yml:5:18 scrape_configs[0].static_configs[0].labels.__address__: cannot name a label: names that begin with "__" are not supported here',
    ],
    [
      'scrape_configs:\n  - {job_name: a, scheme: ftp}',
      'p.yml:2:27 scrape_configs[0].scheme: expected one of "http", "https", got "ftp"',
    ],
  ])('says where %o is wrong', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem])
  })

  it('tells everything that is wrong at once', () => {
    expect(problemsOf('globl: {}\nscrape_configs:\n  - {job_nam: a}')).toHaveLength(3)
  })
})
