import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {gzip} from 'node:zlib'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {RunRecord} from '../../src/run/record.js'
import {compareSaved, percentFlag} from '../../src/workflows/compare-records.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'

const linesOf = ({header, events, load, series, end}: RunRecord): string =>
  [
    header,
    ...events,
    ...load.map((second) => ({kind: 'load', ...second})),
    ...series.map((one) => ({kind: 'samples', series: one})),
    end,
  ]
    .map((line) => JSON.stringify(line))
    .join('\n')

describe('comparing saved records', () => {
  let folder = ''
  const save = async (name: string, change: (record: RunRecord) => void = () => {}): Promise<string> => {
    const record = paymentSlowRecord()
    change(record)
    const path = join(folder, name)
    await writeFile(path, await promisify(gzip)(linesOf(record)))
    return path
  }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'compare-'))
  })
  afterAll(() => rm(folder, {recursive: true}))

  const asked = {confidence: 0.95, margin: 1, gate: 'objectives', allowInconclusive: false} as const

  it('tells it as a table and as an exit code', async () => {
    const [a, b] = [await save('a.gz'), await save('b.gz', ({header}) => (header.plan.seed = 9))]
    const {text, exitCode} = await compareSaved(a, b, {...asked, margin: 0.01})
    expect(exitCode).toBe(3)
    expect(text).toContain('Not alike in the seed')
    expect(text).toContain('longer phases or more load would tell')
    expect(text).toMatch(/\? cannot tell +browsing stays up +fault +0\.074% to 0\.074% bad/)
    const lenient = await compareSaved(a, b, {...asked, margin: 0.01, allowInconclusive: true})
    expect(lenient.exitCode).toBe(0)
  })

  it('says which run was no experiment', async () => {
    const b = await save('b.gz', (record) => {
      delete record.end
    })
    const {text, exitCode} = await compareSaved(await save('a.gz'), b, asked)
    expect(exitCode).toBe(3)
    expect(text).toContain(
      'It cannot be told whether B is worse: B was no whole experiment; judge tells why.',
    )
  })

  it('asks for no more load where a number is missing', async () => {
    const b = await save('b.gz', (record) => {
      record.series = record.series.filter(({labels}) => labels['__name__'] !== 'circuit_state')
    })
    const {text, exitCode} = await compareSaved(await save('a.gz'), b, asked)
    expect(exitCode).toBe(3)
    expect(text).toContain('in "breaker opened": a number is missing, the rows say why.')
  })

  it('refuses records of different scenarios', async () => {
    const a = await save('a.gz')
    const b = await save('b.gz', ({header}) => (header.plan.scenario.name = 'other'))
    await expect(compareSaved(a, b, asked)).rejects.toThrow('different scenarios: payment-slow and other')
  })

  it.each(['10', '-1%', '101%', ''])('refuses the margin %j', (text) => {
    expect(() => percentFlag('margin', text, 0, 1)).toThrow('--margin')
  })
})

describe('a percentage of a flag', () => {
  it.each([
    ['confidence', 0.5, 0.9999, '50%'],
    ['margin', 0, 1, '10%'],
  ])('--%s that is none is told with one that would do', (name, least, most, example) => {
    const hint = expect.stringContaining(`--${name} ${example}`)
    expect(() => percentFlag(name, '100.1%', least, most)).toThrow(expect.objectContaining({hint}))
  })
})
