import {mkdirSync, mkdtempSync, readdirSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {beforeEach, describe, expect, it} from 'vitest'
import {EnvironmentError} from '../../../src/errors.js'
import {type Claim, claimKeys} from '../../../src/run/undo/claims.js'
import {findProxies} from '../../../src/run/undo/found-proxies.js'
import type {Owner} from '../../../src/run/undo/owner.js'
import {lockTarget, refuseForeignRuns, targetKeys} from '../../../src/run/undo/target-lock.js'
import {deadOwner} from '../../fakes/run-journal.js'
import {emptyTarget, emptyWorld} from '../../fakes/run-world.js'

let state: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'shakedown-claims-'))
})

const left = (): string[] => readdirSync(join(state, 'claims'))

const leaveClaim = (owner: Owner, keys: string[]): void => {
  const claim: Claim = {runId: 'run-0', owner, sinceMs: 0, keys}
  mkdirSync(join(state, 'claims'), {recursive: true})
  writeFileSync(join(state, 'claims', 'other.json'), JSON.stringify(claim))
}

describe('a claim', () => {
  it('is held by one, whoever asks at the same moment', async () => {
    let holding = 0
    let most = 0
    let granted = 0
    const ask = async (runId: string): Promise<void> => {
      const claimed = await claimKeys(state, runId, ['journal a', `own ${runId}`])
      if (claimed.kind === 'taken') return
      granted++
      most = Math.max(most, ++holding)
      await new Promise((resolve) => setTimeout(resolve, 5))
      holding--
      await claimed.release()
    }
    for (let round = 0; round < 10; round++)
      await Promise.all(Array.from({length: 6}, (_, index) => ask(`run-${index}`)))
    expect(most).toBe(1)
    expect(granted).toBeGreaterThanOrEqual(10)
    expect(left()).toEqual([])
  })

  it("stands in nobody else's way", async () => {
    const [one, two] = [await claimKeys(state, 'run-1', ['a', 'b']), await claimKeys(state, 'run-2', ['c'])]
    expect([one.kind, two.kind]).toEqual(['held', 'held'])
    expect(await claimKeys(state, 'run-3', ['c', 'd'])).toMatchObject({kind: 'taken', by: {runId: 'run-2'}})
  })

  it('ends with its owner', async () => {
    leaveClaim(deadOwner, ['a'])
    expect((await claimKeys(state, 'run-1', ['a'])).kind).toBe('held')
    expect(left()).toHaveLength(1)
  })

  it('of another machine stays, for nobody here can look', async () => {
    leaveClaim({...deadOwner, host: 'elsewhere.example'}, ['a'])
    expect((await claimKeys(state, 'run-1', ['a'])).kind).toBe('taken')
  })

  it('says so where it cannot be written', async () => {
    const file = join(state, 'a-file')
    writeFileSync(file, '')
    const refused = claimKeys(file, 'run-1', ['a'])
    await expect(refused).rejects.toThrow(EnvironmentError)
    await expect(refused).rejects.toThrow('The state directory cannot be written')
  })
})

describe('the lock of a target', () => {
  const edges = {'a->b': {proxies: ['p', 'q'], probe: {kind: 'tcp'} as const}}
  const target = {...emptyTarget, name: 'shop', toxiproxy: {url: 'http://localhost:8474/'}, edges}

  it('covers its deployment and each of its proxies, however the address is written', () => {
    expect(targetKeys({...target, control: {url: 'http://127.0.0.1:1'}})).toEqual([
      'deployment http://127.0.0.1:1',
      'proxy p of http://127.0.0.1:8474',
      'proxy q of http://127.0.0.1:8474',
    ])
  })

  it('refuses a second run, and says who has it and how to end that', async () => {
    const release = await lockTarget(state, 'run-1', target)
    const one = {...target, name: 'other', edges: {x: {...edges['a->b'], proxies: ['q']}}}
    const second = await lockTarget(state, 'run-2', {
      ...one,
      toxiproxy: {url: 'http://127.0.0.1:8474'},
    }).catch((thrown: unknown) => thrown)
    if (!(second instanceof EnvironmentError)) throw new Error('it was granted')
    expect(second.message).toMatch(/other is in use: run run-1 \(process \d+\) holds it since \d{4}-/)
    expect(second.hint).toContain(`kill -INT ${process.pid}`)
    await release()
    await (await lockTarget(state, 'run-2', target))()
  })

  it('lets two runs use different proxies of one Toxiproxy', async () => {
    await lockTarget(state, 'run-1', target)
    await lockTarget(state, 'run-2', {...target, edges: {x: {...edges['a->b'], proxies: ['r']}}})
  })

  it('refuses when a run of another state directory has its toxics there', async () => {
    const toxic = {type: 'latency', stream: 'downstream', toxicity: 1, attributes: {}} as const
    const proxy = {name: 'p', listen: 'l', upstream: 'u', enabled: true}
    const run = '20261121-125341-payment-slow-3f2a'
    refuseForeignRuns([{...proxy, toxics: [{...toxic, name: 'latency_downstream'}]}], 'http://t')
    expect(() =>
      refuseForeignRuns([{...proxy, toxics: [{...toxic, name: `${run}_f1`}]}], 'http://t'),
    ).toThrow(`toxic ${run}_f1 of run ${run}`)
  })

  it('asks no Toxiproxy where the target has none', async () => {
    expect(await findProxies(emptyWorld())).toEqual([])
  })
})
