import {describe, expect, it} from 'vitest'
import type {RunEvent, RunRecord} from '../../src/run/record.js'
import type {Objective, RatioObjective} from '../../src/scenarios/scenario.js'
import {judge} from '../../src/verdict/judge.js'
import type {ObjectiveVerdict, Verdict} from '../../src/verdict/verdict.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'
import {flow, runStartMs, scrapeTimes, seriesOf} from '../fakes/record-series.js'

const changed = (change: (record: RunRecord) => void): RunRecord => {
  const record = paymentSlowRecord()
  change(record)
  return record
}

const verdictOf = (change: (record: RunRecord) => void, objectives?: Objective[]): Verdict =>
  judge(changed(change), objectives ? {objectives} : {})

const failedChecks = ({validity}: Verdict): string[] => validity.filter(({ok}) => !ok).map(({name}) => name)

const at = (offsetMs: number): {kind: 'event'; atMs: number} => ({kind: 'event', atMs: runStartMs + offsetMs})

const ratio = (change: Partial<RatioObjective> = {}): RatioObjective => ({
  kind: 'ratio',
  name: 'up',
  bad: 'http_requests_total{job="edge", code=~"5.."}',
  total: 'http_requests_total{job="edge"}',
  target: 0.99,
  during: ['fault'],
  confidence: 0.95,
  minSamples: 10,
  ...change,
})

const one = (objective: Objective, change: (record: RunRecord) => void = () => {}): ObjectiveVerdict => {
  const [verdict] = verdictOf(change, [objective]).objectives
  if (!verdict) throw new Error('no verdict')
  return verdict
}

describe('the outcome of a run', () => {
  it('is a pass when the experiment happened and every objective was shown', () => {
    const verdict = judge(paymentSlowRecord())
    expect(failedChecks(verdict)).toEqual([])
    expect(verdict.objectives.map(({name, phase, outcome}) => [name, phase, outcome])).toEqual([
      ['browsing stays up', 'fault', 'pass'],
      ['browsing stays up', 'recovery', 'pass'],
      ['checkout answers in time', 'fault', 'pass'],
      ['breaker opened', 'fault', 'pass'],
      ['checkout recovers', 'recovery', 'pass'],
    ])
    expect(verdict.outcome).toBe('pass')
  })

  it('is inconclusive, never a pass, without objectives', () => {
    expect(verdictOf(() => {}, []).outcome).toBe('inconclusive')
  })

  it('is a fail when one objective fails, even beside one that is not decided', () => {
    const silent: Objective = {
      kind: 'query',
      name: 'breaker stayed shut',
      query: 'max(max_over_time(circuit_state[$phase]))',
      expect: {comparator: '==', value: 0},
      during: ['fault'],
      confidence: 0.95,
      minSamples: 1,
    }
    const verdict = verdictOf(() => {}, [ratio({target: 0.9995}), silent])
    expect(verdict.objectives.map(({outcome}) => outcome)).toEqual(['inconclusive', 'fail'])
    expect([verdict.outcome, verdict.summary]).toEqual([
      'fail',
      'missed: "breaker stayed shut" (fault); 1 of 2 checks failed',
    ])
  })

  const ends = (ended: 'guard' | 'interrupted' | 'error') => (record: RunRecord) => {
    record.end = {kind: 'end', atMs: runStartMs + 30_000, ended, residual: []}
  }

  it('is a fail when a guard stopped it, although phases are missing and nothing could be judged', () => {
    const stop: RunEvent = {
      ...at(30_000),
      event: 'guard-tripped',
      guard: 'errors',
      message: 'half of all requests fail',
    }
    const verdict = verdictOf((record) => {
      ends('guard')(record)
      record.events = record.events.filter(
        ({event, atMs}) => event !== 'phase-ended' || atMs <= runStartMs + 30_000,
      )
      record.events.push(stop)
    })
    expect(verdict.outcome).toBe('fail')
    expect(verdict.summary).toContain('stopped by guard "errors" (half of all requests fail)')
    expect(verdict.objectives.every(({outcome}) => outcome === 'inconclusive')).toBe(true)
  })

  it('is interrupted when somebody stopped it', () => {
    expect(verdictOf(ends('interrupted')).outcome).toBe('interrupted')
  })

  it('is an error when the run broke, or its observations are not complete', () => {
    expect(verdictOf(ends('error')).outcome).toBe('error')
    const verdict = verdictOf((record) =>
      record.events.push({...at(0), event: 'error', message: 'no answer', hint: 'ask'}),
    )
    expect([verdict.outcome, verdict.advice]).toEqual(['error', ['ask']])
  })

  it('is residual before all else, and says what to do', () => {
    const verdict = verdictOf((record) => {
      ends('error')(record)
      record.end?.residual.push({
        fault: 'f1',
        message: 'the proxy hangs',
        remedy: 'Delete the toxic by hand.',
      })
    })
    expect(verdict.outcome).toBe('residual')
    expect(verdict.advice).toEqual(['Run now: shakedown restore.', 'Delete the toxic by hand.'])
  })

  it('is residual when the record was cut off after an undo failed', () => {
    const undo: RunEvent = {
      ...at(55_000),
      event: 'undo-failed',
      fault: 'f1',
      message: 'hangs',
      remedy: 'restart it',
    }
    const cut = (record: RunRecord): void => {
      delete record.end
      record.events = record.events.filter(({event}) => event !== 'fault-undone')
      record.events.push(undo)
    }
    expect(verdictOf(cut).outcome).toBe('residual')
  })
})

describe('the validity of a run', () => {
  const evidence = (bit: 'yes' | 'no' | 'unknown') => (record: RunRecord) => {
    for (const event of record.events) {
      if (event.event === 'fault-seen') event.evidence = {bit, observations: ['0 bytes crossed'], numbers: {}}
    }
  }

  it.each([
    ['record complete', 'was cut off', (record: RunRecord) => delete record.end],
    ['load started', 'sent nothing', (record: RunRecord) => (record.load = [])],
    ['load as planned', 'lost seconds of load', (record: RunRecord) => record.load.splice(30, 5)],
    ['fault f1 took effect', 'has a fault that did not bite', evidence('no')],
    ['fault f1 took effect', 'has a fault that may not have bitten', evidence('unknown')],
    [
      'fault f1 took effect',
      'has a fault that nobody looked at',
      (record: RunRecord) => (record.events = record.events.filter(({event}) => event !== 'fault-seen')),
    ],
    [
      'fault f1 took effect',
      'has a fault that was never applied',
      (record: RunRecord) => (record.events = record.events.filter(({event}) => event !== 'fault-applied')),
    ],
    [
      'load arrived',
      'skipped one request in fifty',
      (record: RunRecord) => {
        for (const {requests} of record.load) {
          for (const request of Object.values(requests)) Object.assign(request, {sent: request.due * 0.98})
        }
      },
    ],
    [
      'generator on time',
      'was late in an eighth of the fault phase',
      (record: RunRecord) => {
        for (const second of record.load.slice(30, 34)) second.health.latenessMs.p99 = 51
      },
    ],
    [
      'metrics fresh',
      'has no samples for the last seconds of the fault phase',
      (record: RunRecord) => {
        for (const series of record.series) {
          const kept = series.t.map((t) => t < runStartMs + 50_000 || t > runStartMs + 53_000)
          series.v = series.v.filter((_, index) => kept[index])
          series.t = series.t.filter((_, index) => kept[index])
        }
      },
    ],
  ])('fails in "%s" when it %s', (check, _, change) => {
    const verdict = verdictOf(change)
    expect(failedChecks(verdict)).toEqual([check])
    expect(verdict.outcome).toBe('invalid')
    expect(verdict.advice).not.toEqual([])
  })

  it('allows the generator to be late for a tenth of a phase', () => {
    const verdict = verdictOf((record) => {
      for (const second of record.load.slice(30, 33)) second.health.latenessMs.p99 = 500
    })
    expect(verdict.outcome).toBe('pass')
  })

  it('fails when the baseline missed an objective that is only asked for later', () => {
    const times = scrapeTimes(-2000, 77_000)
    const sick = seriesOf(
      'http_requests_total',
      {job: 'edge', instance: 'edge-1', route: '/products', code: '500'},
      times,
      flow({fromMs: 5000, toMs: 25_000, perSecond: 5}),
    )
    const verdict = verdictOf((record) => record.series.push(sick))
    expect(failedChecks(verdict)).toEqual(['baseline good'])
    expect(verdict.summary).toContain('the baseline already missed "browsing stays up"')
  })

  it('does not hold a baseline with too little data against the run', () => {
    const verdict = verdictOf(() => {}, [ratio({minSamples: 2500})])
    expect(failedChecks(verdict)).toEqual([])
    expect(verdict.outcome).toBe('pass')
  })

  it('asks for no fault to be seen where none was planned', () => {
    const verdict = verdictOf(
      (record) => {
        record.header.plan.faults = []
        record.events = record.events.filter(({event}) => !event.startsWith('fault'))
      },
      [ratio()],
    )
    expect(verdict.outcome).toBe('pass')
  })
})

describe('a share of good events', () => {
  it('is the same from good as from bad events', () => {
    const {bad: _, ...rest} = ratio()
    const good = one({...rest, good: 'http_requests_total{job="edge", code!~"5.."}'})
    expect(good.counts).toEqual({good: 2698, bad: 2, total: 2700})
    expect(one(ratio()).counts).toEqual(good.counts)
  })

  it('does not lose the errors of a series that was born with the fault', () => {
    // The first sample of the 503s is 1, not 0: rate() and increase() would start from it.
    expect(one(ratio()).counts?.bad).toBe(2)
  })

  it.each([
    ['no series matches http_requests_total{job="edgy"}', {total: 'http_requests_total{job="edgy"}'}],
    ['the record does not know that metric', {bad: 'http_errors_total{job="edge"}'}],
    ['the record does not know that metric from that job', {bad: 'http_requests_total{job="edgy"}'}],
    ['has the label statuscode', {bad: 'http_requests_total{job="edge", statuscode="500"}'}],
    [
      'they do not count the same events',
      {bad: 'http_requests_total{job="edge"}', total: 'http_requests_total{code="503"}'},
    ],
  ])('is inconclusive: %s', (message, change) => {
    const verdict = one(ratio(change))
    expect(verdict.outcome).toBe('inconclusive')
    expect(verdict.message).toContain(message)
  })

  it('is inconclusive when there were no events in the phase', () => {
    const only503 = 'http_requests_total{code="503"}'
    const verdict = one(ratio({total: only503, bad: only503, during: ['baseline']}))
    expect([verdict.outcome, verdict.message]).toEqual([
      'inconclusive',
      `no data: ${only503} counted no events in the baseline phase`,
    ])
  })

  it('takes an error code that never came for zero errors', () => {
    expect(one(ratio({bad: 'http_requests_total{job="edge", code="500"}'})).counts?.bad).toBe(0)
  })

  it('says how many more events would decide, and how long the phase would be', () => {
    const verdict = verdictOf(() => {}, [
      ratio({target: 0.999, bad: 'http_requests_total{job="edge", code="500"}'}),
    ])
    expect(verdict.objectives[0]).toMatchObject({outcome: 'inconclusive', needs: {events: 988}})
    expect(verdict.advice).toEqual(['"up" decides with a fault phase of about 44s, or with more load.'])
  })

  it('is inconclusive below the smallest number of samples, however good', () => {
    const verdict = one(ratio({minSamples: 5000}))
    expect(verdict).toMatchObject({outcome: 'inconclusive', needs: {events: 2300}})
  })

  it('says that a target of 100% cannot be shown', () => {
    const verdict = one(ratio({target: 1, bad: 'http_requests_total{job="edge", code="500"}'}))
    expect(verdict.outcome).toBe('inconclusive')
    expect(verdict.message).toContain('no number of events can show 100%')
  })

  it('is inconclusive when its own samples end before the phase, though others go on', () => {
    const verdict = one(ratio(), (record) => {
      for (const series of record.series.filter(({labels}) => labels['__name__'] === 'http_requests_total')) {
        const end = series.t.findIndex((t) => t > runStartMs + 50_000)
        series.t.length = end
        series.v.length = end
      }
    })
    expect(verdict).toMatchObject({outcome: 'inconclusive'})
    expect(verdict.message).toContain('stale data')
  })

  it('does not count what a record made with a Prometheus was not asked for', () => {
    const prometheus = (record: RunRecord): void => {
      record.header.plan.target.metrics = {kind: 'prometheus', url: 'http://127.0.0.1:9090'}
    }
    expect(one(ratio(), prometheus).message).toContain('the record does not hold')
    const own = paymentSlowRecord().header.plan.scenario.objectives[0]
    expect(own && one(own, prometheus).outcome).toBe('pass')
  })
})

describe('a share of requests below a latency', () => {
  const latency = (belowMs: number): Objective => ({
    kind: 'latency',
    name: 'fast',
    latency: 'http_request_duration_seconds{job="edge", route="/checkout"}',
    belowMs,
    target: 0.95,
    during: ['fault'],
    confidence: 0.95,
    minSamples: 10,
  })

  it('is counted at the exact bound', () => {
    expect(one(latency(300)).counts).toEqual({good: 880, bad: 20, total: 900})
  })

  it.each([
    [250, '250ms is not a bucket bound of', 'bounds next to it: 100ms, 300ms'],
    [50, '50ms is not a bucket bound of', 'bounds next to it: 100ms'],
    [9000, '9s is not a bucket bound of', 'bounds next to it: 500ms'],
  ])('names the neighbours of %i ms, which is no bound', (belowMs, start, end) => {
    const verdict = one(latency(belowMs))
    expect(verdict.outcome).toBe('inconclusive')
    expect(verdict.message.startsWith(start) && verdict.message.endsWith(end)).toBe(true)
  })

  it('is inconclusive when one replica lacks the bound', () => {
    const verdict = one(latency(300), (record) => {
      const other = {
        __name__: 'http_request_duration_seconds_bucket',
        job: 'edge',
        instance: 'edge-2',
        route: '/checkout',
      }
      record.series.push({labels: {...other, le: '+Inf'}, t: [runStartMs], v: [0]})
    })
    expect(verdict.message).toContain('not every histogram')
  })
})

describe('a query', () => {
  const query = (text: string, value = 1): Objective => ({
    kind: 'query',
    name: 'asked',
    query: text,
    expect: {comparator: '>=', value},
    during: ['fault'],
    confidence: 0.95,
    minSamples: 1,
  })

  it('is evaluated over the phase, at its end', () => {
    expect(one(query('max(max_over_time(circuit_state[$phase]))')).estimate).toBe(2)
    expect(one(query('sum(increase(http_requests_total{code="503"}[$phase])) * 0 + 3', 4)).outcome).toBe(
      'fail',
    )
    expect(one(query('42'))).toMatchObject({outcome: 'pass', estimate: 42})
  })

  it.each([
    ['no data', 'max(no_such_metric)'],
    ['aggregate to one', 'http_requests_total'],
    ['which is no number', '0 / 0'],
    ['which is no number', '1 / 0'],
    ['cannot be evaluated', 'sum('],
    ['answers a string', '"text"'],
  ])('is inconclusive: %s', (message, text) => {
    const verdict = one(query(text))
    expect(verdict.outcome).toBe('inconclusive')
    expect(verdict.message).toContain(message)
  })

  it('does not take a gauge that went silent for a value', () => {
    const silent = (record: RunRecord): void => {
      for (const series of record.series.filter(({labels}) => labels['__name__'] === 'circuit_state')) {
        const end = series.t.findIndex((t) => t > runStartMs + 53_000)
        series.t.length = end
        series.v.length = end
      }
    }
    expect(one(query('max(circuit_state)')).outcome).toBe('pass')
    expect(one(query('max(circuit_state)'), silent).message).toContain('no data')
  })

  const answered =
    (warnings: string[], value = 2) =>
    (record: RunRecord) => {
      record.header.plan.target.metrics = {kind: 'prometheus', url: 'http://127.0.0.1:9090'}
      record.answers.push({
        kind: 'answer',
        query: 'q[$phase]',
        phase: 'fault',
        atMs: 0,
        answers: [{labels: {}, value}],
        warnings,
      })
    }

  it('is judged by the answer of a Prometheus where there is one', () => {
    expect(one(query('q[$phase]'), answered([]))).toMatchObject({outcome: 'pass', estimate: 2})
    expect(one(query('other'), answered([])).message).toContain('holds no answer of Prometheus')
  })

  it('is no pass with a warning, and still a fail', () => {
    expect(one(query('q[$phase]'), answered(['partial data'])).outcome).toBe('inconclusive')
    expect(one(query('q[$phase]'), answered(['partial data'], 0)).outcome).toBe('fail')
  })
})

describe('a counterfactual run', () => {
  it.each([
    [true, ['breaker opened']],
    [false, ['breaker opened', 'browsing stays up']],
  ])('is shown (%s) when %j had to fail and only the breaker did', (shown, mustFail) => {
    const {counterfactual} = verdictOf((record) => {
      record.header.mode = 'counterfactual'
      record.header.plan.scenario.counterfactual = {switches: {'order.breaker': false}, mustFail}
      for (const series of record.series) if (series.labels['__name__'] === 'circuit_state') series.v.fill(0)
    })
    expect(counterfactual).toEqual({mustFail, failed: ['breaker opened'], shown})
  })
})
