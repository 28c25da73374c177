import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {newUser, type Result, type User} from './cli.js'
import {decided, type Judged, spoiled, untilDecided} from './decided.js'

/** A verdict in which these checks failed. */
const judged = (outcome: Judged['outcome'], ...failed: string[]): Judged => ({
  outcome,
  summary: `the summary of ${failed}`,
  validity: [
    {name: 'record complete', ok: true, message: ''},
    ...failed.map((name) => ({name, ok: false, message: ''})),
  ],
})
const [late, bottleneck] = ['generator on time', 'generator not the bottleneck']

let said: string[] = []
beforeEach(() => {
  said = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('a run is spoiled by the machine', () => {
  it.each([
    [judged('invalid', late)],
    [judged('invalid', bottleneck)],
    [judged('invalid', late, 'load arrived', 'metrics fresh', 'baseline good')],
  ])('where the generator itself had too little of it: %j', (verdict) => {
    expect(spoiled(verdict)).toBe(verdict.summary)
  })

  it.each([
    // What follows from a starved generator may be a defect where the generator was fine.
    [judged('invalid', 'load arrived')],
    [judged('invalid', 'metrics fresh')],
    [judged('invalid', 'baseline good')],
    [judged('invalid', late, 'fault f1 took effect')],
    [judged('invalid', late, 'load as planned')],
    [judged('invalid', 'replicas restarted by nobody else')],
    [judged('inconclusive')],
    [judged('pass')],
    [judged('fail')],
    // An outcome that outranks all checks.
    [judged('error', late)],
    [judged('residual', late)],
  ])('and by nothing else: %j', (verdict) => {
    expect(spoiled(verdict)).toBeUndefined()
  })
})

describe('what is spoiled', () => {
  const played = async (...verdicts: Judged[]): Promise<[outcome: string, tries: number]> => {
    let tries = 0
    const last = await untilDecided(
      'a run',
      async () => verdicts[tries++] ?? judged('pass'),
      (one) => one,
    )
    return [last.outcome, tries]
  }

  it('is tried again until it is decided, and says so', async () => {
    expect(await played(judged('invalid', late), judged('fail'))).toEqual(['fail', 2])
    expect(said).toEqual(['RUN AGAIN (try 1 of 3 was spoiled): a run: the summary of generator on time\n'])
  })

  it('is taken as it is after three tries', async () => {
    const again = judged('invalid', late)
    expect(await played(again, again, again)).toEqual(['invalid', 3])
    expect(said).toHaveLength(2)
  })

  it('is the only thing that is tried again', async () => {
    for (const verdict of [judged('inconclusive'), judged('fail'), judged('invalid', 'load arrived')])
      expect(await played(verdict)).toEqual([verdict.outcome, 1])
    expect(said).toEqual([])
  })
})

describe('a command', () => {
  /** A user whose commands print these one after the other; what they were. */
  const userOf = (...results: Result[]): {user: User; asked: string[]} => {
    const asked: string[] = []
    const run: User['run'] = async (args) => {
      asked.push(args.join(' '))
      return results.shift() ?? {code: null, stdout: '', stderr: ''}
    }
    return {user: {...newUser(), run}, asked}
  }
  const invalid = JSON.stringify({runs: [{verdict: judged('invalid', late)}]})

  it('is read by the JSON that it prints', async () => {
    const {user, asked} = userOf({code: 3, stdout: invalid, stderr: ''}, {code: 0, stdout: '{}', stderr: ''})
    expect(await decided(user, ['run', 'a.yaml', '--json'])).toMatchObject({code: 0})
    expect(asked).toEqual(['run a.yaml --json', 'run a.yaml --json'])
  })

  it('is read by its record where it prints a report', async () => {
    const report = {code: 3, stdout: 'INVALID\nRecord  runs/1/record.jsonl.gz\n', stderr: ''}
    const verdict = {code: 3, stdout: JSON.stringify(judged('invalid', late)), stderr: ''}
    const {user, asked} = userOf(report, verdict, {code: 1, stdout: 'FAIL', stderr: ''})
    const before = vi.fn()
    expect(await decided(user, ['run', 'a.yaml'], {before})).toMatchObject({code: 1})
    expect(asked).toEqual(['run a.yaml', 'judge runs/1/record.jsonl.gz --json', 'run a.yaml'])
    expect(before).toHaveBeenCalledTimes(2)
  })

  it('that ends in any other way, or says nothing of a run, is taken at its word', async () => {
    for (const [code, stdout] of [
      [1, invalid],
      [3, 'no record'],
      [3, '{"error": {}}'],
    ] as const) {
      const {user, asked} = userOf({code, stdout, stderr: ''})
      expect(await decided(user, ['run', 'a.yaml'])).toMatchObject({code, stdout})
      expect(asked).toHaveLength(1)
    }
  })

  it('is really run', async () => {
    const user = newUser()
    writeFileSync(join(user.home, 'bad.yaml'), 'name: [1')
    expect(await decided(user, ['run', 'bad.yaml'])).toMatchObject({code: 2})
  })
})
