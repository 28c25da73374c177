import {expect, it} from 'vitest'
import type {CapacityLine} from '../../src/capacity/record.js'
import {resultOf} from '../../src/capacity/result.js'
import {trialsOf} from '../../src/capacity/search-of-leg.js'
import {runLegs} from '../../src/workflows/capacity-legs.js'
import {capacityEnd} from '../fakes/capacity-trials.js'
import {type FakeTarget, fakeSite, legStage} from '../fakes/trial-site.js'

const without = {without: ['gateway']}

const conducted = async (
  target: FakeTarget,
  asked: Parameters<typeof legStage>[1] = {},
  before: readonly CapacityLine[] = [],
) => {
  const fake = fakeSite(target)
  const stage = legStage(fake.site, asked, before)
  await runLegs(stage)
  return {...fake, stage, result: resultOf(stage.header, [...stage.lines, capacityEnd()])}
}

const half = (held: number): number => (held > 0 ? 60 : 100)

it('looks at the fault in every trial, under load, and believes the last look', async () => {
  // Without load nobody sees it.
  const {result, held} = await conducted(
    {
      limit: half,
      sees: (sending) => (sending === undefined ? 'no' : 'yes'),
    },
    {with: ['latency']},
  )
  expect(result.legs[0]).toMatchObject({bit: 'yes', name: 'with latency'})
  expect(result.safePeak).toMatchObject({of: 'with latency'})
  expect(held()).toBe(0)
})

it('takes nothing from a leg whose fault was gone at the end, and measures no dip that nobody saw', async () => {
  const {result, stage, held} = await conducted(
    {limit: half, sees: (_, look) => (look < 3 ? 'yes' : 'no')},
    without,
  )
  expect(result.legs[0]).toMatchObject({bit: 'no'})
  expect(result.legs[0]).not.toHaveProperty('dip')
  expect(result.safePeak).toBeUndefined()
  expect(stage.notes.join()).toContain('no dip was measured: the replica did not go')
  expect(held()).toBe(0)
})

it('measures the dip when the replica was seen to go, and none when a guard trips before', async () => {
  const seen = await conducted({limit: half}, without)
  const line = seen.stage.lines.find(({kind}) => kind === 'dip')
  expect(line?.kind === 'dip' && line.trial.ratePerSecond).toBeGreaterThan(30)
  const trips: FakeTarget['trips'] = ({measureMs}) => measureMs === 12_000
  const tripped = await conducted({limit: half, trips}, without)
  expect(tripped.result.legs[0]).not.toHaveProperty('dip')
  expect(tripped.stage.notes.join()).toContain('the load ended before the replica went (it tripped)')
})

it('goes no further beyond the capacity once a guard has tripped there, nor above --most', async () => {
  const trips: FakeTarget['trips'] = ({ratePerSecond}) => ratePerSecond > 120
  // Found without a trip: the first rate that fails is below 120.
  const {stage, sent} = await conducted(
    {limit: () => 75, trips: (load, held) => load.ratePerSecond > 100 && trips(load, held)},
    {overload: true},
  )
  expect(trialsOf(stage.lines, 'overload').map(({purpose}) => purpose)).toEqual([
    'overload',
    'overload',
    'recover',
  ])
  expect(sent.filter(({ratePerSecond}) => ratePerSecond > 120)).toHaveLength(1)

  const early = await conducted(
    {limit: () => 75, trips: ({ratePerSecond}) => ratePerSecond > 100},
    {overload: true},
  )
  expect(early.sent.filter(({ratePerSecond}) => ratePerSecond > 100)).toHaveLength(1)
  expect(early.stage.notes.join()).toContain('2 times the capacity was not tried: a guard tripped')

  const fake = fakeSite({limit: () => 75})
  const limited = legStage(fake.site, {overload: true})
  limited.header.options.mostPerSecond = 120
  await runLegs(limited)
  expect(Math.max(...fake.sent.map(({ratePerSecond}) => ratePerSecond))).toBeLessThanOrEqual(120)
  expect(limited.notes.join()).toContain('(--most)')
})

it('sends a leg no load at which a guard tripped while nothing was missing', async () => {
  const trips: FakeTarget['trips'] = ({ratePerSecond}, held) => held === 0 && ratePerSecond > 100
  const {sent, result} = await conducted({limit: () => 10_000, trips}, without)
  const first = sent.find(({held}) => held > 0)
  expect(first).toBeDefined()
  expect(sent.filter(({held, ratePerSecond}) => held > 0 && ratePerSecond > 100)).toEqual([])
  expect(result.legs[0]?.finding).toMatchObject({ended: 'never-fails', confirmed: true})
})

it('warms the target up again before it goes on with a search', async () => {
  const {stage} = await conducted({})
  const confirm = stage.lines.findIndex((line) => line.kind === 'trial' && line.trial.purpose === 'confirm')
  const {sent, stage: again} = await conducted({}, {}, stage.lines.slice(0, confirm))
  expect(sent[0]).toMatchObject({ratePerSecond: 10})
  expect(sent[1]?.ratePerSecond).toBeGreaterThan(50)
  expect(trialsOf(again.lines, 'whole')[confirm]?.purpose).toBe('confirm')
})

/** A system that carries nothing any more once it was sent more than `most` a second while nothing was missing. */
const wedgedBeyond = (most: number): FakeTarget => {
  let wedged = false
  return {
    limit: () => (wedged ? 0 : 75),
    trips: ({ratePerSecond}, held) => {
      wedged ||= held === 0 && ratePerSecond > most
      return false
    },
  }
}

it('gives up on a system that does not come back, and measures nothing more of it', async () => {
  const {result, stage, sent, held} = await conducted(wedgedBeyond(70), {...without, overload: true})
  expect(result.whole).toMatchObject({ended: 'stuck', stuck: {afterPerSecond: 80, ratePerSecond: 10}})
  expect(result.outcome).toBe('inconclusive')
  expect(result.whole.upper).toBeUndefined()
  expect(sent.some((load) => load.held > 0)).toBe(false)
  expect(result.missing.join()).toContain('it did not come back after 80/s')
  expect(result.overloadMissing).toContain('it did not come back after 80/s')
  const trials = trialsOf(stage.lines, 'whole')
  expect(trials.slice(-3).map(({purpose, outcome}) => [purpose, outcome])).toEqual(
    Array.from({length: 3}, () => ['recover', 'bad']),
  )
  expect(held()).toBe(0)
})

it('takes what too much load breaks for nothing that a missing replica does', async () => {
  const {result, stage} = await conducted(wedgedBeyond(130), {...without, overload: true})
  expect(result.legs[0]?.finding).toMatchObject({ended: 'found', confirmed: true})
  expect(result.overload).toMatchObject({kind: 'collapses', recovers: false})
  expect(result.summary).toContain('too much load broke it, and it did not come back')
  const legs = stage.lines.flatMap((line) => (line.kind === 'trial' ? [line.leg] : []))
  expect([...new Set(legs)]).toEqual(['whole', 'without gateway', 'overload'])
})

it('lets a system that carries nothing yet work off what waits, at the lowest rate', async () => {
  const {sent, result} = await conducted({limit: () => 4})
  // What goes on between trials is not judged, and is no more than a sixteenth of the first rate.
  const between = sent.filter(({settleMs}) => settleMs === 0)
  expect(between[0]?.ratePerSecond).toBe(1)
  expect(result.whole.lower ?? 0).toBeGreaterThan(2)
  expect(result.whole.upper ?? 0).toBeGreaterThan(4)
})

it('goes on after a leg that did not come back, if it does without its fault; else not', async () => {
  const asked = {without: ['gateway'], with: ['latency']}
  // Wedged by too much load with a replica gone; mended once it is there again, or not.
  const broken = async (mends: boolean) => {
    let wedged = false
    return await conducted(
      {
        limit: (held) => (wedged ? 0 : held > 0 ? 40 : 75),
        trips: ({ratePerSecond}, held) => {
          if (mends && held === 0) wedged = false
          wedged ||= held > 0 && ratePerSecond > 40
          return false
        },
      },
      asked,
    )
  }
  const mended = await broken(true)
  expect(mended.result.legs.map(({finding}) => finding?.ended)).toEqual(['stuck', 'stuck'])
  expect(mended.result.outcome).toBe('pass')
  const left = await broken(false)
  expect(left.result.legs[1]).toMatchObject({
    name: 'with latency',
    missing: expect.stringContaining('the system (without gateway) did not come back after'),
  })
  expect(left.sent.filter(({held}) => held > 0).length).toBeLessThan(
    mended.sent.filter(({held}) => held > 0).length,
  )
})
