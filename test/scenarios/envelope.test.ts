import {describe, expect, it} from 'vitest'
import {parseScenario} from '../../src/scenarios/load.js'
import {problemsOf, scenarioWith} from '../fakes/scenario-text.js'
import {vocabulary} from '../fakes/scenario-vocabulary.js'

describe('an envelope', () => {
  it.each([
    ['{ramp: {up: 2s}}', {kind: 'ramp', upMs: 2000, downMs: 0}],
    ['{ramp: {down: 10s}}', {kind: 'ramp', upMs: 0, downMs: 10_000}],
    ['{pulse: {every: 1s, on: 500ms}}', {kind: 'pulse', everyMs: 1000, onMs: 500}],
    ['{oscillate: {period: 10s}}', {kind: 'oscillate', periodMs: 10_000, low: 0}],
  ])('takes the envelope %s', (envelope, expected) => {
    const faults = `faults: [latency: {edge: a->b, delay: 1s, envelope: ${envelope}}]`
    const {scenario} = parseScenario('s.yaml', scenarioWith({faults}), vocabulary)
    expect(scenario.faults[0]?.envelope).toEqual(expected)
  })

  it('has no envelope where the strength is constant', () => {
    const faults = 'faults: [latency: {edge: a->b, delay: 1s, envelope: constant}]'
    const {scenario} = parseScenario('s.yaml', scenarioWith({faults}), vocabulary)
    expect(scenario.faults[0]).not.toHaveProperty('envelope')
  })

  it.each([
    ['{pulse: {every: 1s, on: 500ms}}', '602 times, at most 600 are possible: take 2s or more'],
    ['{oscillate: {period: 2s}}', '602 times, at most 600 are possible: take 3s or more'],
  ])('asks for fewer changes than %s would make in five minutes', (envelope, problem) => {
    const phases = 'phases: {baseline: 10s, fault: 301s, recovery: 10s}'
    const faults = `faults: [latency: {edge: a->b, delay: 1s, envelope: ${envelope}}]`
    expect(problemsOf(scenarioWith({phases, faults}))).toEqual([expect.stringContaining(problem)])
    const shorter = phases.replace('301', '300')
    expect(problemsOf(scenarioWith({phases: shorter, faults}))).toEqual([])
  })
})
