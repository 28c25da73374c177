import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {resultOf} from '../../src/capacity/result.js'
import {type Size, scalingOf, sizeOf} from '../../src/capacity/sizes.js'
import {scalingPage} from '../../src/reporters/capacity/page.js'
import {scalingMarkdown, scalingText} from '../../src/reporters/capacity/scaling.js'
import {describeTarget} from '../../src/run/open-target.js'
import {type CapacityFlags, readFlags} from '../../src/workflows/capacity-flags.js'
import {measureCapacity} from '../../src/workflows/capacity-sizes.js'
import {capacityEnd, capacityHeader, trialLines, trialsFor} from '../fakes/capacity-trials.js'

const found = (limit: number, replicas: number, pricePerHour?: number): Size => {
  const result = resultOf(capacityHeader(), [...trialLines(trialsFor(limit)), capacityEnd()])
  const size = sizeOf(result, {replicas, record: `runs/${replicas}`, pricePerHour})
  if (!size) throw new Error('no interval')
  return size
}

const about = {scenario: 'shop', workload: 'catalog'}

describe('a size', () => {
  it('costs what its replicas cost at the rate that is sure', () => {
    const size = found(640, 4, 0.5)
    expect(size.perMillion).toBeCloseTo(((4 * 0.5) / (size.lower * 3600)) * 1e6, 9)
    expect(found(640, 4)).not.toHaveProperty('perMillion')
  })

  it('is none without both bounds', () => {
    const never = trialsFor(20_000)
    const result = resultOf(capacityHeader(), [...trialLines(never), capacityEnd()])
    expect(sizeOf(result, {replicas: 1, record: '', pricePerHour: undefined})).toBeUndefined()
  })
})

describe('capacity against replicas', () => {
  const linear = scalingOf([found(640, 4), found(160, 1), found(320, 2)], about)

  it('is in order of size, whatever the order of the searches', () => {
    expect(linear.sizes.map(({replicas}) => replicas)).toEqual([1, 2, 4])
    expect(linear.fit?.lambda).toBeGreaterThan(140)
    expect(linear.fit?.alpha).toBeLessThan(0.05)
  })

  it('foretells nothing beyond one and a half times the largest size, in no report', () => {
    expect(linear.fit?.curve.at(-1)?.n).toBe(6)
    expect(scalingText(linear)).toMatch(/at 6\.0 replicas \(the farthest that may be foretold\)/)
    expect(linear.remarks.join()).toContain('contention and coherence cannot be told apart')
  })

  it('says where more replicas carry no more', () => {
    const flat = scalingOf([found(300, 1), found(305, 2), found(620, 4)], about)
    expect(flat.remarks).toContain('2 replicas carry no more than 1 as far as can be told')
    expect(linear.remarks.join()).not.toContain('carry no more')
  })

  it('says where replicas carry more than they can', () => {
    const odd = scalingOf([found(160, 1), found(640, 2), found(640, 4)], about)
    expect(odd.remarks.join()).toContain('2 replicas carry more than 2 times what 1 does')
    expect(odd.remarks.join()).not.toContain('4 replicas carry more than')
    expect(linear.remarks.join()).not.toContain('carry more than')
  })

  it('says the same in a terminal, in Markdown and on a page', () => {
    const priced = scalingOf([found(160, 1, 0.12), found(640, 4, 0.12)], {
      ...about,
      pricePerHour: 0.12,
      missing: ['catalog at 2: no interval'],
    })
    const [least] = priced.sizes
    const texts = [scalingText(priced), scalingMarkdown(priced), scalingPage(priced, {css: ''})]
    for (const text of texts) {
      expect(text).toContain(least?.perMillion?.toPrecision(3))
      expect(text).toContain('catalog at 2: no interval')
      expect(text).not.toMatch(/NaN|undefined|Infinity/)
    }
  })

  it('tells of one size, or none, that there is no law', () => {
    for (const sizes of [[found(100, 1)], []]) {
      const scaling = scalingOf(sizes, about)
      expect(scaling).not.toHaveProperty('fit')
      expect(scalingText(scaling)).toContain('no law is fitted')
      expect(scalingPage(scaling, {css: ''})).not.toMatch(/NaN|undefined|Infinity/)
    }
  })

  it('lets no name become markup', () => {
    const hostile = scalingOf([found(160, 1), found(320, 2)], {
      scenario: '<img src=x>|`',
      workload: '\u001b[31m*',
    })
    expect(scalingPage(hostile, {css: ''})).not.toContain('<img')
    expect(scalingMarkdown(hostile)).not.toContain('<img')
    expect(scalingText(hostile)).not.toContain('\u001b')
  })
})

const flags = (change: Partial<CapacityFlags>): CapacityFlags => ({
  thorough: false,
  overload: true,
  report: [],
  'output-dir': '',
  'allow-inconclusive': false,
  quiet: false,
  ...change,
})

const stage: Parameters<typeof measureCapacity>[2] = {
  signal: new AbortController().signal,
  print: () => {},
  progress: process.stderr,
  terminal: process.stdout,
}

it('keeps the size with the search, so that one that is resumed is of the same', () => {
  expect(readFlags(flags({replicas: 'catalog=2'}), undefined).asked.replicas).toEqual({catalog: 2})
  expect(() => readFlags(flags({replicas: 'catalog=2'}), capacityHeader())).toThrow(
    '--replicas cannot be changed',
  )
})

it.each([{without: ['one:gateway']}, {with: ['latency']}, {'at-least': '5/s'}, {resume: 'RECORD'}])(
  'refuses several sizes together with %j',
  async (change) => {
    const asked = measureCapacity('none.yaml', flags({replicas: 'catalog=1,2', ...change}), stage)
    await expect(asked).rejects.toThrow('exclude each other')
  },
)

it('refuses a target that it does not start itself, before anything is sent', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-sizes-'))
  const name = join(folder, 'shop.yaml')
  await writeFile(
    name,
    'name: shop\nendpoints: {web: "http://127.0.0.1:9"}\nmetrics: {prometheus: "http://127.0.0.1:9"}\n',
  )
  const request = {name, folder, seed: 1, signal: new AbortController().signal}
  try {
    expect(await describeTarget(request)).toHaveProperty('name', 'shop')
    const asked = describeTarget({...request, replicas: {catalog: 2}})
    await expect(asked).rejects.toThrow('Target shop cannot be started with other replicas of catalog')
  } finally {
    await rm(folder, {recursive: true})
  }
})
