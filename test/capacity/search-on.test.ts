import {mkdir, mkdtemp, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import type {CapacityLine} from '../../src/capacity/record.js'
import {EnvironmentError} from '../../src/errors.js'
import type {TrialSite} from '../../src/run/trials/site.js'
import {capacityExitLine} from '../../src/workflows/capacity-exit.js'
import {keptLines} from '../../src/workflows/capacity-record.js'
import {searchOn} from '../../src/workflows/capacity-search.js'
import {findRecords} from '../../src/workflows/find-records.js'
import {capacityEnd, capacityHeader, trialLines, trialsFor} from '../fakes/capacity-trials.js'
import {fakeSite} from '../fakes/trial-site.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'capacity-'))
})
afterAll(() => rm(folder, {recursive: true, force: true}))

const residual = [{fault: 'switches', message: 'the server is gone', remedy: 'set it by hand'}]

/** A search on a fake site that leaves something behind. */
const searched = async (change: Partial<TrialSite>, {outputDir = folder, left = residual} = {}) => {
  const closed: string[] = []
  const warned: string[] = []
  const {site} = fakeSite({})
  const metrics = {intervalMs: 500, describe: async () => 'none'}
  const whole = {
    ...site,
    runId: 'r1',
    metrics,
    begin: async () => {},
    letGo: async () => left,
    close: async () => void closed.push('site'),
    ...change,
  }
  const asked = {...capacityHeader().asked, overload: false}
  const limits = {startPerSecond: 10, mostPerSecond: 50, budgetMs: 20_000}
  const found = await searchOn(
    // The search uses nothing else of a site.
    whole as unknown as TrialSite,
    {source: {path: 's.yaml', text: ''}, outputDir},
    {asked, limits, left: undefined, seed: 1},
    {
      say: () => {},
      note: () => {},
      warn: (text) => void warned.push(text),
      onRecord: () => {},
      signal: new AbortController().signal,
    },
  )
  return {found, closed, warned}
}

const cannot = async (): Promise<never> => {
  throw new Error('it answers 500')
}

it('tells what is still broken when the switches could not all be set', async () => {
  const {found, closed} = await searched({begin: cannot})
  expect(found).toEqual({residual, message: 'it answers 500'})
  expect(closed).toEqual(['site'])
  expect(capacityExitLine('residual', 5)).toMatch(/^exit 5: residual/)
})

it('tells what is still broken when there is no record to be had', async () => {
  const file = join(folder, 'file')
  await writeFile(file, '')
  const {found} = await searched({}, {outputDir: file})
  expect(found).toMatchObject({residual})
  await expect(searched({}, {outputDir: file, left: []})).rejects.toBeInstanceOf(EnvironmentError)
})

it('tells what is still broken when the record cannot be written, and when the site cannot be closed', async () => {
  const outputDir = join(folder, 'full')
  await mkdir(join(outputDir, 'r1'), {recursive: true})
  await symlink('/dev/full', join(outputDir, 'r1', 'capacity.jsonl.gz'))
  const {found, warned} = await searched({close: cannot}, {outputDir})
  expect(found).toMatchObject({result: {outcome: 'residual', end: {residual}}})
  expect(warned.join()).toMatch(/cannot be written.*it answers 500/)
  await expect(searched({}, {outputDir, left: []})).rejects.toThrow(/cannot be written/)
})

it('leaves a record that is none of a run', async () => {
  const outputDir = join(folder, 'good')
  const {found} = await searched({}, {outputDir, left: []})
  expect(found).toMatchObject({result: {outcome: 'pass'}})
  expect((await readFile(join(outputDir, 'r1', 'capacity.jsonl.gz'))).length).toBeGreaterThan(100)
  expect(await findRecords(outputDir)).toEqual([])
})

const held = (bit: 'yes' | 'unknown'): CapacityLine => ({
  kind: 'held',
  leg: 'with latency',
  atMs: 0,
  does: 'delays',
  bit,
  observations: [],
})

it.each([
  [[], false],
  [['yes'], true],
  [['unknown'], false],
  [['yes', 'unknown'], false],
] as const)('goes on with a leg that was held as %j: %s', (bits, goesOn) => {
  const trials = trialsFor(100).slice(0, 4)
  const leg = trialLines(trials, 'with latency')
  const lines = [...trialLines(trials), ...leg, ...bits.map(held), capacityEnd({ended: 'interrupted'})]
  const notes: string[] = []
  const kept = keptLines({lines}, (message) => void notes.push(message))
  expect(kept).toEqual(goesOn ? lines.slice(0, -1) : trialLines(trials))
  expect(notes).toHaveLength(goesOn ? 0 : 1)
})
