import {existsSync, mkdtempSync, readFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {beforeEach, describe, expect, it} from 'vitest'
import {EnvironmentError} from '../../../src/errors.js'
import {type Leftover, readJournal} from '../../../src/run/undo/leftovers.js'
import {thisOwner} from '../../../src/run/undo/owner.js'
import {readRecoveries, recentRecoveries} from '../../../src/run/undo/recoveries.js'
import {restoreAll, restoreBeforeRun} from '../../../src/run/undo/restore.js'
import {type Restorer, restoreRun} from '../../../src/run/undo/restore-run.js'
import {outcome} from '../../contracts/toxiproxy-rig.js'
import {recordingFault} from '../../fakes/run-fault.js'
import {deadOwner, intent, leaveJournal, openedBy, textOf} from '../../fakes/run-journal.js'

let state: string
let log: string[]
let restorer: Restorer

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'shakedown-restore-'))
  log = []
  restorer = {stateDirectory: state, faults: {writes: recordingFault(log)}, by: 'watchdog'}
})

const leave = async (...ids: string[]): Promise<Leftover> => {
  const path = leaveJournal(state, 'run-1', textOf([openedBy(deadOwner), ...ids.map((id) => intent(id))]))
  const read = await readJournal(path)
  if (read?.kind !== 'left') throw new Error('nothing left')
  return read.leftover
}

describe('restoring a run', () => {
  it('undoes newest first, tells by whom, and clears the journal away', async () => {
    const leftover = await leave('f1', 'f2')
    const restored = await restoreRun(leftover, restorer)
    expect(restored).toEqual({
      runId: 'run-1',
      undone: ['writes (f2)', 'writes (f1)'],
      notes: [],
      residual: [],
    })
    expect(log).toEqual(['undo {"id":"f2"}', 'undo {"id":"f1"}'])
    expect(existsSync(leftover.path)).toBe(false)
    expect(await readRecoveries(state)).toMatchObject([
      {runId: 'run-1', by: 'watchdog', undone: ['writes (f1)', 'writes (f2)']},
    ])
    expect(await recentRecoveries(state, Date.now() + 60_000)).toEqual([
      expect.stringMatching(/run run-1 was killed; its watchdog undid writes \(f1\), writes \(f2\), done 20/),
    ])
    expect(await recentRecoveries(state, Date.now() + 3_700_000)).toEqual([])
  })

  it('waits for what comes of it when all has been put back', async () => {
    const leftover = await leave('f1', 'f2')
    const fault = recordingFault(log)
    const waits = {
      ...fault,
      release: async (inverse: unknown) => void log.push(`release ${JSON.stringify(inverse)}`),
    }
    await restoreRun(leftover, {...restorer, faults: {writes: waits}})
    expect(log).toEqual([
      'release {"id":"f2"}',
      'release {"id":"f1"}',
      'undo {"id":"f2"}',
      'undo {"id":"f1"}',
    ])
  })

  it('carries on past a failure, keeps the journal, and has less to do the next time', async () => {
    const leftover = await leave('f1', 'f2', 'f3')
    let fails = true
    const faults = {
      writes: recordingFault(log, {undoFails: () => fails && log.at(-1) === 'undo {"id":"f2"}'}),
    }
    const first = await restoreRun(leftover, {...restorer, faults})
    expect(first.undone).toEqual(['writes (f3)', 'writes (f1)'])
    expect(first.residual).toMatchObject([
      {fault: 'f2', message: 'the proxy is gone', remedy: expect.any(String)},
    ])
    fails = false
    log.length = 0
    expect((await restoreRun(leftover, {...restorer, faults})).residual).toEqual([])
    expect(log).toEqual(['undo {"id":"f2"}'])
  })

  it('is done by one process at a time: nothing is undone twice', async () => {
    const leftover = await leave('f1')
    const slow = recordingFault(log)
    const undo = slow.undo
    const [begun, gate] = [outcome<void>(), outcome<void>()]
    slow.undo = async (...args) => {
      begun.resolve()
      await gate.promise
      await undo(...args)
    }
    const faults = {writes: slow}
    const first = restoreRun(leftover, {...restorer, faults})
    await begun.promise
    const second = await restoreRun(leftover, {...restorer, faults})
    expect(second.busy).toMatchObject({owner: {pid: process.pid}})
    gate.resolve()
    await first
    expect(await restoreRun(leftover, {...restorer, faults})).toMatchObject({undone: [], residual: []})
    expect(log).toEqual(['undo {"id":"f1"}'])
  })

  it('names what a damaged line may have left, and undoes the rest', async () => {
    const [opened, first, second] = [openedBy(deadOwner), intent('f1'), intent('f2')].map((entry) =>
      JSON.stringify(entry),
    )
    const path = leaveJournal(state, 'run-1', `${opened}\n${first?.slice(9)}\n${second}\n`)
    const read = await readJournal(path)
    if (read?.kind !== 'left') throw new Error('nothing left')
    const {undone, residual} = await restoreRun(read.leftover, restorer)
    expect(undone).toEqual(['writes (f2)'])
    expect(residual).toMatchObject([{message: expect.stringContaining('line 2 of')}])
    expect(readFileSync(path, 'utf8')).toContain(first?.slice(9))
  })

  it('finishes what is under way when it is stopped, and leaves the rest for later', async () => {
    const leftover = await leave('f1', 'f2')
    const stop = new AbortController()
    const fault = recordingFault(log)
    const undo = fault.undo
    fault.undo = async (...args) => {
      stop.abort()
      await undo(...args)
    }
    const {undone} = await restoreRun(leftover, {...restorer, faults: {writes: fault}, signal: stop.signal})
    expect(undone).toEqual(['writes (f2)'])
    expect(await readJournal(leftover.path)).toMatchObject({leftover: {changes: [{id: 'f1'}]}})
  })

  it('says so when it does not know the fault, and keeps the journal', async () => {
    const leftover = await leave('f1')
    const {residual} = await restoreRun(leftover, {...restorer, faults: {}})
    expect(residual).toMatchObject([{message: 'there is no fault "writes" here'}])
    expect(existsSync(leftover.path)).toBe(true)
  })
})

describe('restoring all', () => {
  const owned = (host?: string) => openedBy({...deadOwner, ...(host ? {host} : {})}, 'run-1')

  it('is not kept from other runs by a journal of a newer version', async () => {
    leaveJournal(state, 'run-0', `${JSON.stringify({...openedBy(deadOwner, 'run-0'), journalVersion: 99})}\n`)
    const path = leaveJournal(state, 'run-1', textOf([owned()]))
    const {unreadable, restored} = await restoreAll({stateDirectory: state})
    expect(unreadable).toMatchObject([{runId: 'run-0'}])
    expect(restored).toMatchObject([{runId: 'run-1', residual: []}])
    expect(existsSync(path)).toBe(false)
  })

  it('touches what runs on another machine only when it is named', async () => {
    const path = leaveJournal(state, 'run-1', textOf([owned('elsewhere.example')]))
    expect((await restoreAll({stateDirectory: state})).restored).toEqual([])
    expect((await restoreAll({stateDirectory: state, runId: 'run-1'})).restored).toHaveLength(1)
    expect(existsSync(path)).toBe(false)
  })

  it('never touches a run that goes on, even when it is named', async () => {
    const path = leaveJournal(state, 'run-1', textOf([openedBy(thisOwner()), intent('f1')]))
    const {running, restored} = await restoreAll({stateDirectory: state, runId: 'run-1'})
    expect([running.length, restored.length, existsSync(path)]).toEqual([1, 0, true])
  })

  it.each([
    ['something stays broken', textOf([openedBy(deadOwner), intent('f1', 'none')]), /cannot be undone/],
    ['it cannot be told what is left', 'nonsense\n', /cannot be told/],
  ])('lets no run begin when %s', async (_, text, message) => {
    leaveJournal(state, 'run-1', text)
    const refused = restoreBeforeRun(state, () => {})
    await expect(refused).rejects.toThrow(EnvironmentError)
    await expect(refused).rejects.toThrow(message)
  })

  it('says which file to delete when what it was broken in is gone for good', async () => {
    const path = leaveJournal(state, 'run-1', textOf([openedBy(deadOwner), intent('f1')]))
    await expect(restoreBeforeRun(state, () => {})).rejects.toMatchObject({
      message: expect.stringContaining('Run run-1 left something broken'),
      hint: expect.stringContaining(`delete ${path}`),
    })
  })
})
