import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {parse} from 'yaml'
import {z} from 'zod'
import {type JsonSchema, jsonSchemas, printSchema} from '../../src/scenarios/json-schema.js'
import {schemaTables} from '../../src/scenarios/schema-tables.js'
import {loadVocabulary} from '../../src/workflows/vocabulary.js'
import {vocabulary} from '../fakes/scenario-vocabulary.js'

const fileAt = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** Whether a reader of JSON Schema (here zod's) accepts the file. */
const accepts = (schema: JsonSchema, text: string): boolean =>
  z.fromJSONSchema(schema).safeParse(parse(text, {merge: true})).success

describe('the JSON Schema of scenarios', () => {
  const {scenario: schema} = jsonSchemas(vocabulary)
  const everything = fileAt('test/scenarios/fixtures/good/everything.yaml')

  it.each(['everything', 'payment-slow'])('accepts %s', (name) => {
    expect(accepts(schema, fileAt(`test/scenarios/fixtures/good/${name}.yaml`))).toBe(true)
  })

  it.each([
    ['an unknown key', 'summary:', 'sumary:'],
    ['an unknown key deep inside', 'count: 2', 'cuont: 2'],
    ['an unknown fault', '- kill:', '- explode:'],
    ['a duration without a unit', 'recovery: 500ms', 'recovery: 500'],
    ['a negative rate', '600/m', '-600/m'],
    ['a percentage without its sign', '99.95%', '99.95'],
    ['an unknown profile', 'steps:', 'stairs:'],
    ['a missing key', 'name: everything', ''],
    ['an unknown envelope', 'ramp: {', 'rmap: {'],
    ['an unknown key of an envelope', 'down: 5s', 'dwon: 5s'],
    ['an envelope of a fault that takes none', 'count: 2', 'envelope: constant'],
  ])('rejects %s', (_, before, after) => {
    expect(everything).toContain(before)
    expect(accepts(schema, everything.replace(before, after))).toBe(false)
  })

  it('shows the options of every fault, with the timing that all take', () => {
    const entry = JSON.stringify(schema.properties?.['faults'])
    expect(entry).toContain('"jitter"')
    expect(entry.match(/"at":/g)).toHaveLength(Object.keys(vocabulary.faults).length)
  })
})

describe('the tables of keys', () => {
  it('have the envelope once, and send every fault that takes one there', () => {
    const tables = schemaTables(jsonSchemas(vocabulary).scenario)
    expect(tables).toContain('| `envelope` | `envelope` |')
    expect(tables.match(/^### `envelope`$/gm)).toHaveLength(1)
    expect(tables).toMatch(/### `envelope\.oscillate`\n\n[^#]*\| `period` \| duration \| required \|/)
    expect(tables).toMatch(/^\| `low` \| percentage \| `0%` \|/m)
  })
})

describe('what is committed', () => {
  it.each(['scenario', 'target'] as const)('schema/%s.schema.json is up to date', async (kind) => {
    const printed = printSchema(jsonSchemas(await loadVocabulary())[kind])
    const remedy = `stale: node bin/run.js schema ${kind} > schema/${kind}.schema.json`
    expect(fileAt(`schema/${kind}.schema.json`), remedy).toBe(`${printed}\n`)
  })

  it.each([
    ['scenario', 'schema'],
    ['target', 'schema target'],
  ] as const)('docs/scenarios.md has the keys of %s files', async (kind, command) => {
    const tables = schemaTables(jsonSchemas(await loadVocabulary())[kind])
    const docs = fileAt('docs/scenarios.md')
    const begin = `<!-- begin: node bin/run.js ${command} --format markdown -->\n`
    const [, rest = ''] = docs.split(begin)
    const remedy = `stale: put the output of node bin/run.js ${command} --format markdown there`
    expect(rest.split('<!-- end -->')[0]?.trim(), remedy).toBe(tables.trim())
  })

  it('the envelopes in docs/faults.md are right', async () => {
    const {parseScenario} = await import('../../src/scenarios/load.js')
    const [, section = ''] = fileAt('docs/faults.md').split('## Envelopes')
    const [, faults = ''] = /```yaml\n(faults:\n[\s\S]*?)```/.exec(section) ?? []
    const rest = fileAt('test/scenarios/fixtures/good/everything.yaml').replace(/^faults:\n( .*\n)*/m, faults)
    const {scenario} = parseScenario('docs', rest, await loadVocabulary())
    expect(scenario.faults.map(({envelope}) => envelope?.kind)).toEqual(['ramp', 'pulse', 'oscillate'])
  })

  it('the examples in docs/scenarios.md are right', async () => {
    const {parseScenario} = await import('../../src/scenarios/load.js')
    const {parseTarget} = await import('../../src/scenarios/load-target.js')
    const examples = [...fileAt('docs/scenarios.md').matchAll(/```yaml\n([\s\S]*?)```/g)]
    const [scenario = '', ...others] = examples.map(([, text = '']) => text)
    const target = others.find((text) => /^endpoints:/m.test(text)) ?? ''
    expect(parseScenario('docs', scenario, await loadVocabulary()).warnings).toEqual([])
    expect(parseTarget('docs', target).name).toBe('staging')
  })
})
