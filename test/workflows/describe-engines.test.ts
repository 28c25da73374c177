import {expect, it} from 'vitest'
import {parse} from 'yaml'
import {featuresInWords, misfitsOf} from '../../src/engines/fit.js'
import {engines, loadEngine} from '../../src/engines/index.js'
import {UserError} from '../../src/errors.js'
import {scenarioSchema} from '../../src/scenarios/schema.js'
import {describeEngines} from '../../src/workflows/describe-engines.js'
import {loadVocabulary} from '../../src/workflows/vocabulary.js'

const names = Object.keys(engines)
const vocabulary = await loadVocabulary()

it('lists every engine with its summary', async () => {
  const {text, json} = await describeEngines(undefined, 200)
  for (const name of names) expect(text).toMatch(new RegExp(`^ {2}${name} +[A-Za-z0-9]`, 'm'))
  expect(json).toMatchObject({engines: names.map((name) => ({name}))})
})

it.each(names)('says what %s can and cannot do, and shows a load that it can make', async (name) => {
  const {text, json} = await describeEngines(name, 100)
  const engine = await loadEngine(name)
  // `json` has the same, as data.
  const {can, cannot} = json as {can: object; cannot: object}
  expect({...can, ...cannot}).toEqual(featuresInWords)
  expect(Object.keys(can).toSorted()).toEqual([...engine.can].toSorted())
  expect(text).toContain(`Loop   ${engine.loop} loop`)
  expect(text).toContain(engine.needs ?? 'it comes with Shakedown')
  const load: unknown = parse(engine.example ?? '')
  const scenario = {name: 'a', target: 'reference', load, phases: {fault: '60s'}, faults: [], objectives: []}
  const {data, error} = scenarioSchema(vocabulary).safeParse(scenario)
  expect(error?.issues.filter(({path}) => path[0] === 'load') ?? []).toEqual([])
  if (data) expect(misfitsOf(name, engine, data.load)).toEqual([])
})

it('suggests the engine that was meant', async () => {
  const failure = await describeEngines('pcaer', 100).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(UserError)
  expect(String(failure)).toContain('did you mean "pacer"?')
})
