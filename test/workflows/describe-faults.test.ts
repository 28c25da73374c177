import {expect, it} from 'vitest'
import {parse} from 'yaml'
import {UserError} from '../../src/errors.js'
import {envelopeExamples} from '../../src/output/fault-help.js'
import {scenarioSchema} from '../../src/scenarios/schema.js'
import {describeFaults} from '../../src/workflows/describe-faults.js'
import {loadVocabulary} from '../../src/workflows/vocabulary.js'

const vocabulary = await loadVocabulary()
const names = Object.keys(vocabulary.faults)

const problemsOf = (fault: unknown): string[] => {
  const scenario = {
    name: 'an-example',
    load: {profile: {constant: '1/s'}, requests: [{name: 'a', get: '/'}]},
    phases: {fault: '60s'},
    faults: [fault],
    objectives: [],
  }
  const {error} = scenarioSchema(vocabulary).safeParse(scenario)
  return (error?.issues ?? []).filter(({path}) => path[0] === 'faults').map(({message}) => message)
}

it('lists every fault with its summary', async () => {
  const {text} = await describeFaults(undefined, 200)
  for (const name of names) expect(text).toMatch(new RegExp(`^ {2}${name} `, 'm'))
})

it.each(names)('shows an example of %s that a scenario file takes, and every option', async (name) => {
  const {text, json} = await describeFaults(name, 100)
  const example = /^ {2}- (.*)$/m.exec(text)?.[1] ?? ''
  expect(problemsOf(parse(example))).toEqual([])
  const schema = vocabulary.faults[name]?.options
  const shape = schema && 'shape' in schema && typeof schema.shape === 'object' ? (schema.shape ?? {}) : {}
  for (const option of Object.keys(shape)) expect(text).toMatch(new RegExp(`^ {2}${option} `, 'm'))
  expect(json).toMatchObject({name, summary: vocabulary.faults[name]?.summary})
})

it.each(envelopeExamples)('shows an envelope that a scenario file takes: %s', (example) => {
  const fault = {latency: {edge: 'a->b', delay: '1s', envelope: parse(example)}}
  expect(problemsOf(fault)).toEqual([])
})

it('says what was meant by a misspelt fault', async () => {
  await expect(describeFaults('latenci', 80)).rejects.toThrow(UserError)
  await expect(describeFaults('latenci', 80)).rejects.toThrow('did you mean "latency"?')
})
