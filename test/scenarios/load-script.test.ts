import {createHash} from 'node:crypto'
import {mkdtemp, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {loadScenario} from '../../src/scenarios/load.js'
import {ProblemsError} from '../../src/scenarios/problems.js'
import {vocabulary} from '../fakes/scenario-vocabulary.js'

const text = 'export default () => {}\n'

/** A folder with a script and a scenario with this load. */
const scenarioWith = async (load: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-load-script-'))
  const scenario = [
    'name: small',
    'target: reference',
    `load: ${load}`,
    'phases: {baseline: 10s, fault: 10s, recovery: 10s}',
    'objectives: [{name: one, good: g, total: t, target: 99%}]',
  ]
  await writeFile(join(folder, 's.yaml'), scenario.join('\n'))
  await writeFile(join(folder, 'checkout.js'), text)
  return join(folder, 's.yaml')
}

const known = {...vocabulary, engines: [...vocabulary.engines, 'k6']}
const loaded = async (load: string) => (await loadScenario(await scenarioWith(load), known)).scenario.load

const problemsOf = async (load: string): Promise<string> => {
  const failure: unknown = await loaded(load).catch((error: unknown) => error)
  return failure instanceof ProblemsError ? failure.message : ''
}

describe('a load with a script', () => {
  it('is made by k6, and notes where the script is and what it was', async () => {
    const {engine, script, streams} = await loaded('{script: ./checkout.js, profile: {constant: 5/s}}')
    expect(engine).toBe('k6')
    expect(script?.path).toMatch(/^\/.*\/checkout\.js$/)
    expect(script?.sha256).toBe(createHash('sha256').update(text).digest('hex'))
    expect(script?.env).toEqual({})
    expect(streams).toEqual([{name: 'load', profile: {kind: 'constant', ratePerSecond: 5}, requests: []}])
  })

  it('passes variables to the script, numbers as text', async () => {
    const {script} = await loaded(
      '{script: {file: checkout.js, env: {SIZE: 3, ON: true}}, profile: {constant: 5/s}}',
    )
    expect(script?.env).toEqual({SIZE: '3', ON: 'true'})
  })

  it('may have several streams, each with a rate for one function of the script', async () => {
    const streams = '[{name: browse, profile: {constant: 5/s}}, {name: pay, profile: {constant: 1/s}}]'
    const load = await loaded(`{script: checkout.js, streams: ${streams}}`)
    expect(load.streams.map(({name}) => name)).toEqual(['browse', 'pay'])
  })

  it.each([
    [
      '{script: nowhere.js, profile: {constant: 5/s}}',
      /load\.script: cannot read nowhere\.js: there is no such file/,
    ],
    ['{script: checkout.js}', /load\.profile: missing.*iterations per second/],
    ['{script: checkout.js, streams: [{name: a}]}', /load\.streams\[0\]\.profile: missing/],
    [
      '{script: checkout.js, profile: {constant: 5/s}, requests: [{name: a, get: /}]}',
      /load\.requests: stands beside "script"/,
    ],
    [
      '{script: checkout.js, profile: {constant: 5/s}, streams: [{name: a, profile: {constant: 1/s}}]}',
      /load\.profile: stands beside "streams"/,
    ],
    [
      '{script: {file: checkout.js, env: {K6_VUS: 1}}, profile: {constant: 5/s}}',
      /load\.script\.env\.K6_VUS: K6_… would change k6 itself/,
    ],
  ])('that is %s is refused', async (load, says) => {
    expect(await problemsOf(load)).toMatch(says)
  })
})
