import {existsSync, mkdtempSync, readFileSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {EnvironmentError} from '../../src/errors.js'
import {type Journal, openJournal} from '../../src/run/journal.js'
import {UndoStack} from '../../src/run/undo-stack.js'
import {recordingFault} from '../fakes/run-fault.js'
import {emptyTarget, emptyWorld} from '../fakes/run-world.js'

let folder: string
let log: string[]
let opened: Journal[]

const open = async () => {
  const journal = await openJournal(folder, 'run-1', emptyTarget, false)
  opened.push(journal)
  return {journal, stack: new UndoStack(journal, emptyWorld())}
}

const entries = (path: string): {entry: string; id?: string}[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-journal-'))
  log = []
  opened = []
})

afterEach(async () => {
  // Some tests have closed theirs.
  for (const journal of opened) await journal.close(true).catch(() => {})
})

describe('the undo stack', () => {
  it('has intent and inverse on disk before the caller may inject', async () => {
    const {journal, stack} = await open()
    await stack.intend({id: 'f1', name: 'writes', fault: recordingFault(log), inverse: {proxy: 'a'}})
    expect(entries(journal.path).at(-1)).toEqual({
      entry: 'intent',
      id: 'f1',
      fault: 'writes',
      inverse: {proxy: 'a'},
    })
    expect(log).toEqual([])
  })

  it('takes back the newest first, each once', async () => {
    const {stack} = await open()
    for (const id of ['f1', 'f2', 'f3'])
      await stack.intend({id, name: 'writes', fault: recordingFault(log), inverse: id})
    await stack.undo('f2')
    const undone: string[] = []
    expect(await stack.undoAll((id) => undone.push(id))).toEqual([])
    expect(undone).toEqual(['f3', 'f1'])
    expect(log).toEqual(['undo "f2"', 'undo "f3"', 'undo "f1"'])
  })

  it('carries on past a failure, names what is left, and keeps its intent in the journal', async () => {
    const {journal, stack} = await open()
    const broken = recordingFault(log, {undoFails: () => true})
    await stack.intend({id: 'f1', name: 'writes', fault: recordingFault(log), inverse: 1})
    await stack.intend({id: 'f2', name: 'writes', fault: broken, inverse: 2})
    const residual = await stack.undoAll(() => {})
    expect(residual).toMatchObject([{fault: 'f2', message: 'the proxy is gone'}])
    expect(residual[0]?.remedy).toContain('take back')
    expect(log).toEqual(['undo 2', 'undo 1'])
    await journal.close(true)
    expect(entries(journal.path).filter(({entry}) => entry === 'undone')).toEqual([
      {entry: 'undone', id: 'f1'},
    ])
  })

  it('tries a failed undo again when asked again', async () => {
    const {stack} = await open()
    let fails = true
    await stack.intend({
      id: 'f1',
      name: 'writes',
      fault: recordingFault(log, {undoFails: () => fails}),
      inverse: 1,
    })
    await expect(stack.undo('f1')).rejects.toThrow('the proxy is gone')
    fails = false
    expect(await stack.undoAll(() => {})).toEqual([])
  })

  it('lets two askers share one undo', async () => {
    const {stack} = await open()
    await stack.intend({id: 'f1', name: 'writes', fault: recordingFault(log), inverse: 1})
    await stack.intend({id: 'f2', name: 'writes', fault: recordingFault(log), inverse: 2})
    await Promise.all([stack.undo('f1'), stack.undoAll(() => {})])
    expect(log.filter((line) => line === 'undo 1')).toHaveLength(1)
    expect(await stack.undoAll(() => {})).toEqual([])
  })
})

describe('the journal', () => {
  it('goes when everything is undone', async () => {
    const {journal} = await open()
    await journal.close(false)
    expect(existsSync(journal.path)).toBe(false)
  })

  it('refuses to begin where it cannot be written', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    await expect(openJournal(file, 'run-1', emptyTarget, false)).rejects.toThrow(EnvironmentError)
  })
})
