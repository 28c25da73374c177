import {expect, it} from 'vitest'
import {parseScenario} from '../../src/scenarios/load.js'
import {loadVocabulary} from '../../src/workflows/vocabulary.js'
import {problemsOf, scenarioOf} from '../fakes/scenario-problems.js'

const up = `name: stays up, bad: 'e_total{job="x"}', total: 'r_total{job="x"}', target: 99%`
const open = 'name: breaker opened, query: max(circuit_state), expect: ">= 1"'

const vocabulary = await loadVocabulary()

it('a guard that follows an objective is one of its own, named by it', () => {
  const text = scenarioOf([up], 'guards: [{lost: stays up}, {stop-when: errors, above: 1}]\n')
  const {scenario} = parseScenario('s.yaml', text, vocabulary)
  expect(scenario.lostGuards).toEqual([{name: 'lost: stays up', lost: 'stays up'}])
  expect(scenario.guards.map(({name}) => name)).toEqual(['guard 2'])
})

it.each([
  [
    'that there is not',
    'stay up',
    'guards[0].lost: there is no good, bad or latency objective "stay up": did you mean "stays up"?',
  ],
  ['that is not counted', 'breaker opened', 'cannot be lost while it runs'],
])('an objective to follow %s is refused', (_, lost, message) => {
  expect(problemsOf(scenarioOf([up, open], `guards: [{lost: ${lost}}]\n`)).join('\n')).toContain(message)
})
