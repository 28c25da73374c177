import {readdirSync, readFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {describe, expect, it} from 'vitest'
import {loadScenario, parseScenario} from '../../src/scenarios/load.js'
import {ProblemsError} from '../../src/scenarios/problems.js'
import {problemsOf, scenarioWith} from '../fakes/scenario-text.js'
import {vocabulary} from '../fakes/scenario-vocabulary.js'

const fixture = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')

describe('a bad scenario file', () => {
  const bad = readdirSync(new URL('./fixtures/bad/', import.meta.url))

  it.each(bad)('%s has all its problems listed, with places', (name) => {
    // The file, a line that ends it, and what is said about it.
    const [text = '', expected] = fixture(`bad/${name}`).split('=== problems\n')
    const read = () => parseScenario(name.replace('.txt', '.yaml'), text, vocabulary)
    expect(read).toThrow(ProblemsError)
    try {
      read()
    } catch (error) {
      expect(`${error instanceof Error ? error.message : ''}\n`).toBe(expected)
    }
  })

  it('that is not there is a user error with the path', async () => {
    await expect(loadScenario('/nowhere/s.yaml', vocabulary)).rejects.toMatchObject({
      name: 'UserError',
      message: 'Cannot read /nowhere/s.yaml: there is no such file',
    })
    await expect(loadScenario(tmpdir(), vocabulary)).rejects.toThrow('it is a folder')
  })

  it('is told of where an alias stands, not of where its anchor is', () => {
    const load =
      'load:\n  profile: {constant: &bad fast}\n  requests: [{name: browse, get: /products}]\n  timeout: *bad'
    expect(problemsOf(scenarioWith({load}))).toEqual([
      expect.stringMatching(/^s\.yaml:4:28 load\.profile\.constant: /),
      expect.stringMatching(/^s\.yaml:6:12 load\.timeout: /),
    ])
  })

  it('that would unfold aliases without end is refused', () => {
    const bomb = ['a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]']
    for (const [one, before] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf']) {
      bomb.push(`${one}: &${one} [${Array(10).fill(`*${before}`).join(', ')}]`)
    }
    expect(problemsOf(bomb.join('\n'))).toEqual([expect.stringContaining('alias')])
  })

  it.each([
    ['name: one\n---\nname: two\n', /^s\.yaml:2:1 a second document begins here: give it a file of its own$/],
    ['name: x\n<<: 5\n', /^s\.yaml:1:1 not valid YAML: Merge sources/],
    [`a: ${'['.repeat(50_000)}${']'.repeat(50_000)}\n`, /not valid YAML: it is nested too deeply$/],
  ])('that YAML cannot make sense of is a problem, not a bug: %#', (text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(problem)])
  })

  it('names a recovery without a fault, and an objective in a phase without length', () => {
    const text = scenarioWith({
      phases: 'phases: {baseline: 10s, fault: 10s, recovery: 0s}',
      objectives:
        'objectives:\n  - {name: one, good: g, total: t, target: 99%}\n  - {name: two, recovers: one, within: 0.1s}',
    })
    expect(problemsOf(text)).toEqual([
      's.yaml:6:5 objectives[0]: is judged in the recovery phase, which has no length',
      's.yaml:7:5 objectives[1]: is judged in the recovery phase, which has no length',
      's.yaml:7:27 objectives[1].recovers: there is no fault to recover from',
      's.yaml:7:40 objectives[1].within: longer than the recovery phase (0s), so it could never be shown',
    ])
  })

  it('names a phase that an objective has twice', () => {
    const objectives = 'objectives: [{name: one, good: g, total: t, target: 99%, during: [fault, fault]}]'
    expect(problemsOf(scenarioWith({objectives}))).toEqual([
      expect.stringContaining('objectives[0].during: names a phase twice'),
    ])
  })
})
