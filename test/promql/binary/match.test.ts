import {describe, expect, it} from 'vitest'
import {pointsOver, vectorAt} from '../answers.js'
import {storageOf} from '../storage-of.js'

const storage = storageOf(
  '10s',
  'errors{job="a", code="500"} 5 5 5',
  'errors{job="a", code="503"} 1 1 1',
  'errors{job="b", code="500"} 2 2 2',
  'total{job="a"} 100 100 100',
  'total{job="c"} 50 50 50',
  'owner{job="a", team="red"} 1 1 1',
  'late _ 4 _',
  'never{job="a"} stale',
)

describe('vector matching', () => {
  it.each([
    ['one to one on equal labels', 'total - total', {'job=a': 0, 'job=c': 0}],
    ['many to one', 'errors / on(job) group_left total', {'code=500,job=a': 0.05, 'code=503,job=a': 0.01}],
    ['one to many', 'total / on(job) group_right errors', {'code=500,job=a': 20, 'code=503,job=a': 100}],
    ['ignoring', 'errors{code="500"} / ignoring(code) total', {'job=a': 0.05}],
    ['a copied label', 'total * on(job) group_left(team) owner', {'job=a,team=red': 100}],
    ['nothing on one side', 'total - nothing', {}],
    ['a filter keeps the left value and the name', 'total > on(job) errors{code="500"}', {'job=a': 100}],
    ['a filter without matching keeps the name', 'total > 60', {'__name__=total,job=a': 100}],
    ['a scalar on the left keeps the vector', '60 < total', {'__name__=total,job=a': 100}],
    ['bool answers 0 or 1 and drops the name', 'total > bool 60', {'job=a': 1, 'job=c': 0}],
    ['and', 'total and on(job) errors', {'__name__=total,job=a': 100}],
    ['unless', 'total unless on(job) errors', {'__name__=total,job=c': 50}],
    [
      'or',
      'total or on(job) errors',
      {'__name__=total,job=a': 100, '__name__=total,job=c': 50, '__name__=errors,code=500,job=b': 2},
    ],
  ])('%s', (_case, expression, expected) => {
    expect(vectorAt(storage, expression, 10)).toEqual(expected)
  })

  it.each([
    [
      'errors / on(job) total',
      'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
    ],
    [
      'total / on(job) errors',
      'found duplicate series for the match group {job="a"} on the right hand-side of the operation: [{__name__="errors", code="500", job="a"}, {__name__="errors", code="503", job="a"}];many-to-many matching not allowed: matching labels must be unique on one side',
    ],
    [
      'errors / on(job) group_left(code) owner',
      'multiple matches for labels: grouping labels must ensure unique matches',
    ],
  ])('refuses the ambiguous %s', (expression, message) => {
    expect(() => vectorAt(storage, expression, 10)).toThrow(message)
  })

  it('does not mind ambiguity where nothing is matched', () => {
    expect(vectorAt(storage, 'nothing / on(job) errors', 10)).toEqual({})
  })

  it('matches step by step', () => {
    const options = {startMs: 0, endMs: 20_000, stepMs: 10_000, lookbackMs: 5000}
    expect(pointsOver(storage, 'late * on() total{job="c"}', options)).toEqual({'': [[10, 200]]})
    expect(pointsOver(storage, 'late or on() vector(0)', options)).toEqual({
      '__name__=late': [[10, 4]],
      '': [
        [0, 0],
        [20, 0],
      ],
    })
  })
})
