import {describe, expect, it} from 'vitest'
import {buildPlan} from '../../src/plan/build.js'
import {describePlan} from '../../src/plan/describe.js'
import {ProblemsError} from '../../src/scenarios/problems.js'
import type {Scenario} from '../../src/scenarios/scenario.js'
import {aim, scenarioWith, shop} from '../fakes/scenario-plan.js'

const withProfile = (profile: string): Scenario =>
  scenarioWith({load: `load: {profile: ${profile}, requests: [{name: browse, get: /products}]}`})

const problemOf = (profile: string): string => {
  try {
    withProfile(profile)
    return 'no problem'
  } catch (error) {
    return error instanceof ProblemsError
      ? error.problems.map(({where, message}) => `${where}: ${message}`).join('\n')
      : String(error)
  }
}

describe('a profile of connections', () => {
  it.each([
    ['{connections: 50}', {connections: 50, pipelining: 1}],
    ['{connections: {count: 50}}', {connections: 50, pipelining: 1}],
    ['{connections: {count: 50, pipelining: 4}}', {connections: 50, pipelining: 4}],
  ])('is read from %s', (profile, expected) => {
    expect(withProfile(profile).load.streams[0]?.profile).toEqual({kind: 'connections', ...expected})
  })

  it.each([
    ['{connections: 0}', 'load.profile.connections: must be at least 1, got 0'],
    ['{connections: 1.5}', /^load\.profile\.connections: .*1\.5/],
    ['{connections: many}', /^load\.profile\.connections: expected a number, got "many"$/],
    ['{connections: }', /^load\.profile\.connections: /],
    ['{connections: {pipelining: 2}}', /^load\.profile\.connections\.count: missing/],
    ['{connections: {count: 5, pipelinig: 2}}', /unknown key "pipelinig": did you mean "pipelining"\?$/],
    ['{connections: 5, constant: 3/s}', /only one of/],
  ])('is refused as %s', (profile, problem) => {
    expect(problemOf(profile)).toMatch(problem)
  })

  it('is planned without rates, and the dry run promises no number', () => {
    const scenario = withProfile('{connections: {count: 50, pipelining: 4}}')
    const plan = buildPlan({scenario, target: shop, seed: 1, aim})
    expect(plan.rates).toEqual([])
    const text = describePlan(plan)
    expect(text).toContain(
      'Load: as much as 50 connections carry, 4 requests at once on each (closed loop: no rate is kept)\n',
    )
    expect(text).toMatch(/^ {2}2s +baseline +10s$/m)
    expect(text).not.toContain('about 0 requests')
  })
})
