import {describe, expect, it} from 'vitest'
import {parseScenario} from '../../src/scenarios/load.js'
import {problemsOf, scenarioWith} from '../fakes/scenario-text.js'
import {vocabulary} from '../fakes/scenario-vocabulary.js'

describe('a profile', () => {
  it.each([
    ['{constant: 0.5/s}', {kind: 'constant', ratePerSecond: 0.5}],
    ['{ramp: {from: 0/s, to: 200/s}}', {kind: 'ramp', fromPerSecond: 0, toPerSecond: 200}],
    [
      '{ramp: {from: 10/s, to: 200/s, over: 30s}}',
      {kind: 'ramp', fromPerSecond: 10, toPerSecond: 200, durationMs: 30_000},
    ],
    [
      '{spike: {base: 50/s, peak: 300/s, at: 20s, for: 5s}}',
      {kind: 'spike', basePerSecond: 50, peakPerSecond: 300, atMs: 20_000, durationMs: 5000},
    ],
  ])('takes the profile %s', (profile, expected) => {
    const load = `load: {profile: ${profile}, requests: [{name: browse, get: /products}]}`
    const {scenario} = parseScenario('s.yaml', scenarioWith({load}), vocabulary)
    expect(scenario.load.streams[0]?.profile).toEqual(expected)
  })

  it.each([
    [
      '{spike: {base: 5/s, peak: 50/s, at: 33s, for: 1s}}',
      'load.profile.spike.at: starts after the run of 33s',
    ],
  ])('names the load %s, which never comes', (profile, problem) => {
    const load = `load: {profile: ${profile}, requests: [{name: browse, get: /products}]}`
    expect(problemsOf(scenarioWith({load}))).toEqual([expect.stringContaining(problem)])
  })

  it.each([
    [
      '{spike: {base: 5/s, peak: 50/s, at: 32s, for: 2s}}',
      'load.profile.spike.for',
      'would end after the run',
    ],
    ['{ramp: {from: 5/s, to: 50/s, over: 1m}}', 'load.profile.ramp.over', 'the ramp is cut off'],
    ['{steps: [{rate: 5/s, for: 33s}, {rate: 9/s, for: 1s}]}', 'load.profile.steps[1]', 'never comes'],
  ])('warns of the load %s, which the end cuts off', (profile, where, words) => {
    const load = `load: {profile: ${profile}, requests: [{name: browse, get: /products}]}`
    const {warnings} = parseScenario('s.yaml', scenarioWith({load}), vocabulary)
    expect(warnings).toMatchObject([{where, message: expect.stringContaining(words)}])
  })
})
