import {describe, expect, it} from 'vitest'
import {answered, answerOf} from '../../src/clients/prometheus-answers.js'

const body = (data: string, notes = ''): unknown => JSON.parse(`{"status":"success","data":${data}${notes}}`)
const vector = (...series: [metric: string, value: string][]): unknown =>
  body(
    `{"resultType":"vector","result":[${series
      .map(([metric, value]) => `{"metric":${metric},"value":[1.5,"${value}"]}`)
      .join(',')}]}`,
  )

const samplesOf = (found: unknown): unknown => {
  const {value} = answerOf(answered.parse(found))
  if (value.type !== 'vector') throw new Error(`a ${value.type}`)
  return value.samples.map(({labels, value: sample, tMs}) => [Object.entries(labels), sample, tMs])
}

describe('an answer of Prometheus', () => {
  it('keeps labels that are named like members of every object', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
    const found = vector(...names.map((name): [string, string] => [`{"${name}":"${name}"}`, '1']))
    expect(samplesOf(found)).toEqual(names.map((name) => [[[name, name]], 1, 1500]))
  })

  it.each([
    ['0', 0],
    ['-0', -0],
    ['1e-07', 1e-7],
    ['1.5e+21', 1.5e21],
    ['+Inf', Number.POSITIVE_INFINITY],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['NaN', Number.NaN],
    ['0.1', 0.1],
  ])('has the value %s as %d', (text, value) => {
    expect(samplesOf(vector(['{}', text]))).toEqual([[[], value, 1500]])
  })

  it.each(['', ' ', 'constructor', '__proto__', '0x10', 'Infinity', 'one', '1 2', '1e'])(
    'is refused for the value %j',
    (text) => {
      expect(answered.safeParse(vector(['{}', text])).success).toBe(false)
    },
  )

  it.each(['[]', 'null', '"a"', '{"a":1}', '{"a":null}', '{"a":["b"]}'])(
    'is refused for the labels %s',
    (metric) => {
      expect(answered.safeParse(vector([metric, '1'])).success).toBe(false)
    },
  )

  it('says that native histograms were left out', () => {
    const histogram = '{"metric":{"a":"b"},"histogram":[1,{"count":"1","sum":"1","buckets":[]}]}'
    const {value, warnings} = answerOf(
      answered.parse(body(`{"resultType":"vector","result":[${histogram}]}`, ',"warnings":["partial"]')),
    )
    expect(value).toEqual({type: 'vector', samples: []})
    expect(warnings).toEqual([
      'partial',
      'native histograms were left out: only plain samples and classic histograms are read',
    ])
  })
})
