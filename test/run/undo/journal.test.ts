import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {beforeEach, describe, expect, it} from 'vitest'
import {EnvironmentError} from '../../../src/errors.js'
import {journalFolder, openJournal, resumeJournal} from '../../../src/run/undo/journal.js'
import {historyFolder} from '../../../src/run/undo/journal-history.js'
import {findJournals, readJournal} from '../../../src/run/undo/leftovers.js'
import {thisOwner} from '../../../src/run/undo/owner.js'
import {deadOwner, intent, leaveJournal, openedBy, textOf} from '../../fakes/run-journal.js'
import {emptyTarget} from '../../fakes/run-world.js'

let state: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'shakedown-journal-'))
})

const changesIn = async (path: string): Promise<string[] | undefined> => {
  const read = await readJournal(path)
  return read?.kind === 'left' ? read.leftover.changes.map(({id}) => id) : undefined
}

describe('the journal', () => {
  it('moves to the history when everything is undone', async () => {
    const journal = await openJournal(state, 'run-1', emptyTarget, false)
    await journal.append(intent('f1'))
    await journal.close(false)
    expect(existsSync(journal.path)).toBe(false)
    const kept = readFileSync(join(historyFolder(state), 'run-1.jsonl'), 'utf8')
      .trim()
      .split('\n')
    expect(kept.map((line) => JSON.parse(line).entry)).toEqual(['opened', 'intent', 'closed'])
  })

  it('keeps a history of twenty, the newest', async () => {
    for (let run = 10; run < 35; run++)
      await (await openJournal(state, `run-${run}`, emptyTarget, false)).close(false)
    const names = readdirSync(historyFolder(state)).sort()
    expect([names.length, names[0], names.at(-1)]).toEqual([20, 'run-15.jsonl', 'run-34.jsonl'])
  })

  it('refuses to begin where it cannot be written, and leaves nothing there', async () => {
    const file = join(state, 'a-file')
    writeFileSync(file, '')
    await expect(openJournal(file, 'run-1', emptyTarget, false)).rejects.toThrow(EnvironmentError)
  })

  it('has one line after another, whoever writes at the same time', async () => {
    const journal = await openJournal(state, 'run-1', emptyTarget, false)
    const ids = Array.from({length: 50}, (_, index) => `f${index}`)
    await Promise.all(ids.map((id) => journal.append(intent(id))))
    await journal.close(true)
    const lines = readFileSync(journal.path, 'utf8').trim().split('\n').slice(1)
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(ids)
  })

  it('says what was done, wherever its last line is torn', async () => {
    const lines = [openedBy(deadOwner), intent('f1'), intent('f2'), {entry: 'undone', id: 'f1'} as const]
    const text = Buffer.from(textOf(lines))
    const ends = lines.map((_, index) => Buffer.byteLength(textOf(lines.slice(0, index + 1))))
    const told = [undefined, [], ['f1'], ['f1', 'f2'], ['f2']]
    for (let cut = 0; cut <= text.length; cut++) {
      const path = leaveJournal(state, 'run-1', text.subarray(0, cut).toString('latin1'))
      const whole = ends.filter((end) => end <= cut).length
      expect([cut, await changesIn(path)]).toEqual([cut, told[whole]])
    }
  })

  it('goes on after a torn line without running into it', async () => {
    const text = textOf([openedBy(deadOwner), intent('f1'), intent('f2')])
    const path = leaveJournal(state, 'run-1', text.slice(0, -20))
    const read = await readJournal(path)
    if (read?.kind !== 'left') throw new Error('nothing left')
    const journal = await resumeJournal(path, read.leftover.size, 'restore')
    await journal.append({entry: 'undone', id: 'f1'})
    await journal.close(true)
    expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(3)
    expect(await changesIn(path)).toEqual([])
  })

  it('tells lines that are damaged from one that is torn', async () => {
    const [opened = '', first = '', second = ''] = [openedBy(deadOwner), intent('f1'), intent('f2')].map(
      (entry) => JSON.stringify(entry),
    )
    const path = leaveJournal(state, 'run-1', `${opened}\n${first.slice(5)}\n${second}\n`)
    expect(await readJournal(path)).toMatchObject({leftover: {damaged: [2], changes: [{id: 'f2'}]}})
  })
})

describe('journals that are not ours to play', () => {
  it('leaves a run alone that still goes on, here or on another machine', async () => {
    leaveJournal(state, 'run-1', textOf([openedBy(thisOwner()), intent('f1')]))
    leaveJournal(state, 'run-2', textOf([openedBy({...deadOwner, host: 'elsewhere.example'}), intent('f1')]))
    expect((await findJournals(state)).map(({kind}) => kind)).toEqual(['running', 'elsewhere'])
  })

  it('names those that cannot be read, beside the others', async () => {
    const newer = JSON.stringify({...openedBy(deadOwner), journalVersion: 99})
    leaveJournal(state, 'run-1', `${newer}\n`)
    leaveJournal(state, 'run-2', 'not json\n')
    leaveJournal(state, 'run-3', textOf([openedBy(deadOwner), intent('f1')]))
    const found = await findJournals(state)
    expect(found.map(({kind}) => kind)).toEqual(['unreadable', 'unreadable', 'left'])
    expect(found[0]).toMatchObject({problem: expect.stringContaining('newer version')})
  })

  it('does not take one of a newer version for dead while its run goes on', async () => {
    leaveJournal(state, 'run-1', `${JSON.stringify({...openedBy(thisOwner()), journalVersion: 99})}\n`)
    expect(await findJournals(state)).toMatchObject([{kind: 'nothing'}])
  })

  it('names one that cannot be read', async () => {
    // A folder in its place: no user may read that, not even root.
    mkdirSync(join(journalFolder(state), 'run-1.jsonl'), {recursive: true})
    expect(await findJournals(state)).toMatchObject([
      {kind: 'unreadable', remedy: expect.stringContaining('readable')},
    ])
  })

  it('finds none where there is no folder yet', async () => {
    expect(await findJournals(join(journalFolder(state), 'none'))).toEqual([])
  })
})
