import {expect, it} from 'vitest'
import {thresholdNews, thresholdsOf} from '../../../src/engines/k6/thresholds.js'

it('takes thresholds in both ways of writing them, and lets none end the run', () => {
  const options = {
    thresholds: {a: ['p(95)<1', {threshold: 'avg<2', abortOnFail: true}], b: [{threshold: 'rate<3'}]},
  }
  expect(thresholdsOf(options)).toEqual({
    thresholds: {a: ['p(95)<1', 'avg<2'], b: ['rate<3']},
    aborting: ['a: avg<2'],
  })
  expect(thresholdsOf({thresholds: null})).toEqual({thresholds: {}, aborting: []})
})

it('tells what was crossed, what had no data, and what was not evaluated', () => {
  const thresholds = {good: ['x'], bad: ['y'], empty: ['z'], gone: ['w']}
  const summary = {
    metrics: {
      good: {values: {avg: 1}, thresholds: {x: {ok: true}}},
      bad: {values: {avg: 9}, thresholds: {y: {ok: false}}},
      empty: {values: {avg: 0, max: 0}, thresholds: {z: {ok: true}}},
    },
  }
  expect(thresholdNews(thresholds, summary)).toEqual([
    "the script's threshold bad: y was crossed",
    "nothing was measured for the script's threshold empty: z",
    "the script's threshold gone: w was not evaluated",
  ])
})
