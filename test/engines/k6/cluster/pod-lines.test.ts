import {spawnSync} from 'node:child_process'
import {describe, expect, it} from 'vitest'
import {createPodLines} from '../../../../src/engines/k6/cluster/pod-lines.js'
import {samplesAwk} from '../../../../src/engines/k6/cluster/samples-awk.js'
import {createLog} from '../../../../src/engines/k6/log.js'
import type {Sample} from '../../../../src/engines/k6/samples.js'

const open = () => {
  const samples: Sample[] = []
  const cpu: number[] = []
  const log = createLog()
  const lines = createPodLines({
    pod: 'load-0',
    tell: (sample) => samples.push(sample),
    cpu: (seconds) => cpu.push(seconds),
    log,
  })
  return {samples, cpu, log, lines}
}

describe('the log of a pod', () => {
  it('tells what k6 told, wherever its pieces break', () => {
    const {lines, samples, cpu} = open()
    const text =
      '1\ta\tload\t7\t1700000000123.456\thome\n2\tr\tload\t7\t1700000000130.5\t6.5\t200\t\thome\t\n' +
      '3\tf\tload\t7\t1700000000131.000\n4\td\tload\t3\n5\ts\tload\t8\n6\tc\t150\n7\tz\nend\t0\n'
    for (const letter of text) lines.read(letter)
    expect(samples).toEqual([
      {kind: 'started', scenario: 'load', n: 7, atMs: 1700000000123.456, name: 'home'},
      {
        kind: 'request',
        scenario: 'load',
        n: 7,
        endMs: 1700000000130.5,
        tookMs: 6.5,
        name: 'home',
        ending: {status: 200},
      },
      {kind: 'finished', scenario: 'load', n: 7, atMs: 1700000000131},
      {kind: 'dropped', scenario: 'load', count: 3},
      {kind: 'skipped', scenario: 'load', n: 8},
    ])
    expect(cpu).toEqual([1.5])
    expect([lines.isComplete, lines.code]).toEqual([true, 0])
  })

  it('is read once, though it is sent again after a break in the middle of a line', () => {
    const {lines, samples, log} = open()
    lines.read('1\ts\tload\t0\n!1\t{"level":"error","msg":"oh"}\n2\ts\tlo')
    lines.broke()
    lines.read('1\ts\tload\t0\n!1\t{"level":"error","msg":"oh"}\n2\ts\tload\t1\n3\ts\tload\t2\n')
    expect(samples.map((sample) => 'n' in sample && sample.n)).toEqual([0, 1, 2])
    expect(log.errors).toEqual(['oh'])
  })

  it('is an error when a line of it is lost', () => {
    const {lines} = open()
    lines.read('1\ts\tload\t0\n')
    expect(() => lines.read('4\ts\tload\t3\n')).toThrow(/2 lines of the log of pod load-0 are lost/)
  })

  it('keeps what the shell complains about, and the summary', () => {
    const {lines} = open()
    lines.read('sh: k6: not found\nsummary\t{"metrics":{}}\nend\t127\n')
    expect([lines.complaints, lines.summary, lines.code, lines.isComplete]).toEqual([
      ['sh: k6: not found'],
      {metrics: {}},
      127,
      false,
    ])
  })
})

describe('the awk of a pod', () => {
  const columns =
    'metric_name,timestamp,metric_value,error,error_code,name,scenario,status,extra_tags,metadata'
  const shortened = (...rows: string[]): string[] => {
    const input = `${[columns, ...rows].join('\n')}\n`
    const {stdout, stderr} = spawnSync('awk', [samplesAwk], {input, encoding: 'utf8'})
    expect(stderr).toBe('')
    return stdout.trim().split('\n')
  }

  it('makes one line of the rows of a request, and passes over what is no load', () => {
    const at = '1700000000123456789'
    const of = (metric: string, value: string, error = ',', name = 'home') =>
      `${metric},${at},${value},${error},${name},load,200,shakedown=load,shakedown_n=12`
    expect(
      shortened(
        `http_reqs,${at},1,,,begin,,200,,`,
        `http_req_receiving,${at},1,,,begin,,200,,`,
        of('shakedown_arrivals', '1'),
        of('http_reqs', '1'),
        of('http_req_duration', '6.25'),
        of('http_req_blocked', '0.5'),
        of('http_req_receiving', '0.1'),
        of('iterations', '1'),
        of('data_sent', '99'),
        `dropped_iterations,${at},2,,,,load,,,`,
      ),
    ).toEqual([
      '1\ta\tload\t12\t1700000000123.456\thome',
      '2\tr\tload\t12\t1700000000123.456\t6.7500\t200\t\thome\t',
      '3\tf\tload\t12\t1700000000123.456',
      '4\td\tload\t2',
      '5\tz',
    ])
  })

  it('reads quotes, commas and breaks of lines in a field', () => {
    const [line] = shortened(
      'shakedown_arrivals,1700000000123456789,1,,,"a ""b"", c\nd",load,,,shakedown_n=1',
    )
    expect(line).toBe('1\ta\tload\t1\t1700000000123.456\ta "b", c d')
  })
})
