import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {fitOfEngine} from '../../src/engines/fit-scenario.js'
import {loadEngine} from '../../src/engines/index.js'
import {UserError} from '../../src/errors.js'
import {loadScenario} from '../../src/scenarios/load.js'
import {ProblemsError} from '../../src/scenarios/problems.js'
import {loadVocabulary} from '../../src/workflows/vocabulary.js'
import {constantRate, planOf} from '../fakes/engine-plan.js'
import {runLoad} from '../fakes/engine-run.js'

/** A whole engine, as small as one can be: it sends with fetch, one request after another, at no time in particular. */
const tiny = `
export default {
  summary: 'Tiny.',
  loop: 'open',
  can: ['requests'],
  needs: 'nothing',
  check: (plan) => { if (plan.rates[0].fromPerSecond > 100) throw new Error('too fast for a tiny engine') },
  prepare: async (plan, {onSecond}) => {
    const count = plan.rates[0].fromPerSecond
    return {
      run: async (startMs) => {
        onSecond({startMs, requests: {}, health: {cpu: 0, inFlight: 0}})
        return {due: count, sent: count, skipped: 0, answered: count, failed: 0}
      },
      stop: async () => {},
      close: async () => {},
    }
  },
}`

const files = {
  'tiny.mjs': tiny,
  'broken.mjs': 'export default {summary: "", loop: "sideways", can: ["requests", "teleport"]}',
  'bare.mjs': 'export const engine = 1',
  'throws.mjs': 'throw new Error("needs a licence")',
  'unprepared.mjs': tiny.replace('stop: async () => {},', ''),
  'node_modules/some-engine/package.json': '{"name": "some-engine", "type": "module", "main": "index.js"}',
  'node_modules/some-engine/index.js': tiny,
  'node_modules/@own/engine/package.json':
    '{"name": "@own/engine", "type": "module", "exports": {".": "./index.js"}}',
  'node_modules/@own/engine/index.js': tiny,
}

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engines-'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), {recursive: true})
    await writeFile(join(folder, path), text)
  }
})
afterAll(() => rm(folder, {recursive: true}))

const failureOf = async (promise: Promise<unknown>): Promise<Error> => {
  const failure = await promise.catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(UserError)
  if (!(failure instanceof Error)) throw new Error('it did not fail')
  return failure
}

const plan = planOf({
  endpoints: {edge: 'http://127.0.0.1:9'},
  requests: [{name: 'a'}],
  rates: constantRate(7, 1000),
})

describe("somebody else's engine", () => {
  it.each(['./tiny.mjs', 'some-engine', '@own/engine'])('is loaded as %s, and runs', async (name) => {
    const engine = await loadEngine(name, folder)
    expect(engine).toMatchObject({summary: 'Tiny.', loop: 'open', can: ['requests'], needs: 'nothing'})
    engine.check?.(plan)
    expect(() => engine.check?.({...plan, rates: constantRate(101, 1000)})).toThrow('too fast')
    const {totals, seconds} = await runLoad(engine, plan)
    expect(totals.sent).toBe(7)
    expect(seconds).toHaveLength(1)
  })

  it('is loaded from an absolute path, whatever the folder', async () => {
    expect((await loadEngine(join(folder, 'tiny.mjs'), '/')).summary).toBe('Tiny.')
  })

  it.each([
    [
      './broken.mjs',
      ['"summary" must say', '"loop" must be "open" or "closed"', '"teleport" (known: requests', '"prepare"'],
    ],
    ['./bare.mjs', ['no default export that is an engine']],
    ['./throws.mjs', ['cannot be loaded: needs a licence']],
    ['./nowhere.mjs', ['There is no load engine "./nowhere.mjs"']],
    ['pacr', ['There is no load engine "pacr": did you mean "pacer"?']],
    ['node:fs', ['There is no load engine']],
    ['fs', ['There is no load engine']],
    ['toString', ['There is no load engine']],
    ['../../etc passwd', ['There is no load engine']],
  ])('is refused as %s', async (name, sentences) => {
    const failure = await failureOf(loadEngine(name, folder))
    for (const sentence of sentences) expect(failure.message).toContain(sentence)
  })

  it('is refused when it prepares no load that can be stopped', async () => {
    const engine = await loadEngine('./unprepared.mjs', folder)
    const failure = await failureOf(
      engine.prepare(plan, {signal: new AbortController().signal, onSecond: () => {}}),
    )
    expect(failure.message).toContain('prepared no load')
  })

  it('is found by a scenario from its own folder, and told with its place when it does not fit', async () => {
    const scenario = (load: string): string =>
      `name: a\ntarget: reference\nload: {${load}, requests: [{name: a, get: /}]}\nphases: {baseline: 10s, fault: 10s, recovery: 10s}\nobjectives: [{name: one, query: up, expect: "> 0"}]\n`
    const read = async (load: string): Promise<string[]> => {
      const path = join(folder, 'scenario.yaml')
      await writeFile(path, scenario(load))
      const result = await loadScenario(path, {...(await loadVocabulary()), fitEngine: fitOfEngine}).catch(
        (error: unknown) => error,
      )
      return result instanceof ProblemsError
        ? result.problems.map(({line, column, message}) => `${line}:${column} ${message}`)
        : []
    }
    expect(await read('engine: ./tiny.mjs, profile: {constant: 5/s}')).toEqual([])
    expect(await read('engine: ./tiny.mjs, profile: {connections: 5}')).toEqual([
      expect.stringMatching(/^3:37 \.\/tiny\.mjs sends at planned times/),
    ])
    expect(await read('engine: ./gone.mjs, profile: {constant: 5/s}')).toEqual([
      expect.stringMatching(/^3:16 There is no load engine "\.\/gone\.mjs"/),
    ])
    expect(await read('engine: autocanon, profile: {connections: 5}')).toEqual([
      expect.stringMatching(/^3:16 unknown engine "autocanon": did you mean "autocannon"\?/),
    ])
  })
})
