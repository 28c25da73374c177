import {mkdtempSync, readFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import type {Fault} from '../../../src/faults/fault.js'
import {type Journal, openJournal} from '../../../src/run/undo/journal.js'
import {undoLimit, undoWithin} from '../../../src/run/undo/undo-limit.js'
import {UndoStack} from '../../../src/run/undo/undo-stack.js'
import {recordingFault} from '../../fakes/run-fault.js'
import {emptyTarget, emptyWorld} from '../../fakes/run-world.js'

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
    expect(entries(journal.path).at(-1)).toMatchObject({
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
    expect(entries(journal.path).filter(({entry}) => entry === 'undone')).toMatchObject([
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

describe('an undo that waits for what comes of it', () => {
  /** Is ready only when `f1` has been taken back. */
  const waiting = (): Fault => ({
    ...recordingFault(log),
    release: async (inverse) => {
      log.push(`release ${JSON.stringify(inverse)}`)
    },
    undo: async (inverse) => {
      if (!log.includes('undo "f1"')) throw new Error('the pod does not get ready')
      log.push(`undo ${JSON.stringify(inverse)}`)
    },
  })

  it('comes when all has been put back: what it waits for may be an older change', async () => {
    const {stack} = await open()
    await stack.intend({id: 'f1', name: 'writes', fault: recordingFault(log), inverse: 'f1'})
    await stack.intend({id: 'f2', name: 'waits', fault: waiting(), inverse: 'f2'})
    await stack.intend({id: 'f3', name: 'waits', fault: waiting(), inverse: 'f3'})
    const undone: string[] = []
    expect(await stack.undoAll((id) => undone.push(id))).toEqual([])
    expect(log).toEqual(['release "f3"', 'release "f2"', 'undo "f1"', 'undo "f3"', 'undo "f2"'])
    expect(undone).toEqual(['f1', 'f3', 'f2'])
  })

  it('tells by itself what could not be put back', async () => {
    const {stack} = await open()
    const broken = {
      ...waiting(),
      release: async () => {
        throw new Error('the API server is away')
      },
      undo: async () => {
        throw new Error('the API server is still away')
      },
    }
    await stack.intend({id: 'f1', name: 'writes', fault: recordingFault(log), inverse: 'f1'})
    await stack.intend({id: 'f2', name: 'waits', fault: broken, inverse: 'f2'})
    expect(await stack.undoAll(() => {})).toMatchObject([
      {fault: 'f2', message: 'the API server is still away'},
    ])
    expect(log).toEqual(['undo "f1"'])
  })
})

describe('an undo that has to make a change on its way', () => {
  const detour = (log: string[], after: () => void): Fault => ({
    ...recordingFault(log),
    undo: async (_, world) => {
      const done = await world.intend?.('p-closed', 'down', {proxies: ['p']})
      after()
      await done?.()
    },
  })

  it('has it on disk before, and off the list when it is over', async () => {
    const journal = await openJournal(folder, 'run-1', emptyTarget, false)
    opened.push(journal)
    const stack = new UndoStack(journal, emptyWorld(), {down: recordingFault(log)})
    let seen: unknown
    const fault = detour(log, () => {
      seen = entries(journal.path).at(-1)
    })
    await stack.intend({id: 'f1', name: 'latency', fault, inverse: 1})
    const undone: string[] = []
    expect(await stack.undoAll((id) => undone.push(id))).toEqual([])
    expect(seen).toMatchObject({entry: 'intent', id: 'p-closed', fault: 'down'})
    expect([undone, log]).toEqual([['f1'], []])
  })

  it('takes it back, before the fault, when the undo is asked again after it failed', async () => {
    const journal = await openJournal(folder, 'run-1', emptyTarget, false)
    opened.push(journal)
    const stack = new UndoStack(journal, emptyWorld(), {down: recordingFault(log)})
    let fails = true
    const fault = detour(log, () => {
      if (fails) throw new Error('it hangs')
    })
    await stack.intend({id: 'f1', name: 'latency', fault, inverse: 1})
    await expect(stack.undo('f1')).rejects.toThrow('it hangs')
    fails = false
    expect(await stack.undoAll(() => {})).toEqual([])
    expect(log).toEqual(['undo {"proxies":["p"]}'])
  })
})

describe('the time that undo may take', () => {
  it('stops an undo that goes on for too long, and lets it say what it met', async () => {
    const slow = undoWithin(50, async (signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      throw new Error('proxy p still shows otherwise')
    })
    await expect(slow).rejects.toThrow('still shows otherwise')
  })

  it.each([
    [0, 30_000],
    [20_000, 25_000],
    [60_000, 8_000],
  ])('after %i ms spent on others, the next has %i ms', (spentMs, limitMs) => {
    expect(undoLimit(spentMs)).toBe(limitMs)
  })

  it.each([
    [0, 60_000],
    [20_000, 55_000],
    [70_000, 8_000],
  ])('after %i ms, give one that needs a minute %i ms', (spentMs, limitMs) => {
    expect(undoLimit(spentMs, 60_000)).toBe(limitMs)
  })
})
