import {expect, it} from 'vitest'
import {parseScenario} from '../../src/scenarios/load.js'
import {vocabulary} from '../fakes/scenario-vocabulary.js'

const warned = (...objectives: string[]): string[] => {
  const text = [
    'name: small',
    'target: reference',
    'load: {profile: {constant: 10/s}, requests: [{name: browse, get: /}]}',
    'phases: {baseline: 10s, fault: 10s, recovery: 10s}',
    'faults: [{latency: {edge: a->b, delay: 1s}}]',
    'objectives:',
    ...objectives.map((objective) => `  - ${objective}`),
  ].join('\n')
  return parseScenario('s.yaml', text, vocabulary).warnings.map(({message}) => message)
}

const quick = (labels = '') =>
  `{name: quick, latency: 'request_seconds${labels}', below: 300ms, target: 99%, during: [fault]}`

it('warns where latency alone is judged, which quick errors make better', () => {
  expect(warned(quick())).toEqual([expect.stringContaining('nothing here judges failures')])
  expect(warned(quick(), '{name: again, recovers: quick, within: 5s}')).toHaveLength(1)
})

it.each([
  ['a label of the histogram', [quick('{code!~"5.."}')]],
  ['another objective', [quick(), '{name: served, good: g, total: t, target: 99%}']],
  ['a query', [quick(), '{name: none, query: sum(errors), expect: "<= 0", during: [fault]}']],
])('says nothing where %s can tell failures', (_, objectives) => {
  expect(warned(...objectives)).toEqual([])
})
