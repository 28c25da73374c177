import {existsSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import {beforeEach, describe, expect, it} from 'vitest'
import {EnvironmentError, Interrupted} from '../../src/errors.js'
import {conductRun} from '../../src/run/conduct.js'
import type {RecordLine, RunEvent} from '../../src/run/record.js'
import {recordingFault} from '../fakes/run-fault.js'
import {fakeParts, plannedFault} from '../fakes/run-parts.js'

let log: string[]

beforeEach(() => {
  log = []
})

const events = (lines: RecordLine[]): string[] =>
  lines
    .filter((line): line is RunEvent => line.kind === 'event')
    .map((event) => ('fault' in event ? `${event.event} ${event.fault}` : event.event))

const guard = {name: 'too many errors', stopWhen: 'errors', above: 1, forMs: 0}

describe('a run', () => {
  it('injects, looks, undoes and says that it is complete', async () => {
    const {parts, lines} = await fakeParts(recordingFault(log), log)
    const end = await conductRun(parts)
    expect(end).toMatchObject({ended: 'completed', residual: []})
    expect(log).toEqual([
      'load started',
      'prepare f1',
      'inject f1',
      'observe f1',
      'undo {"id":"f1"}',
      'load stopped',
      'load closed',
    ])
    // A fault is undone at the very moment at which its phase ends: either may be written first.
    const [ofFaults, ofPhases] = [/^fault/, /^(load|phase)/].map((kind) =>
      events(lines).filter((name) => kind.test(name)),
    )
    expect(ofFaults).toEqual(['fault-asked f1', 'fault-applied f1', 'fault-seen f1', 'fault-undone f1'])
    const phase = ['phase-started', 'phase-ended']
    expect(ofPhases).toEqual(['load-started', ...phase, ...phase, ...phase])
    expect(lines.at(-1)).toEqual(end)
    expect(existsSync(parts.journal.path)).toBe(false)
  })

  it('looks a second time at a fault that was not felt at first', async () => {
    const {parts} = await fakeParts(recordingFault(log, {bit: 'no'}), log)
    await conductRun(parts)
    expect(log.filter((line) => line === 'observe f1')).toHaveLength(2)
  })

  it('undoes its faults, newest first, when it is interrupted', async () => {
    const stop = new AbortController()
    const fault = recordingFault(log)
    const told = {
      ...fault,
      inject: async (...args: Parameters<typeof fault.inject>) => {
        await fault.inject(...args)
        if (log.includes('inject f2')) setTimeout(() => stop.abort(new Interrupted('SIGINT')), 100)
      },
    }
    const planned = [plannedFault({endMs: 60_000}), plannedFault({id: 'f2', startMs: 250, endMs: 60_000})]
    const {parts, lines} = await fakeParts(told, log, {planned, signal: stop.signal})
    const end = await conductRun(parts)
    expect(end).toMatchObject({ended: 'interrupted', residual: []})
    expect(log.filter((line) => line.startsWith('undo'))).toEqual(['undo {"id":"f2"}', 'undo {"id":"f1"}'])
    expect(events(lines)).toContain('interrupted')
  })

  it('waits for an injection that is under way before it undoes it', async () => {
    const stop = new AbortController()
    const fault = recordingFault(log)
    const slow = {
      ...fault,
      inject: async () => {
        log.push('inject begins')
        setTimeout(() => stop.abort(new Interrupted('SIGTERM')), 10)
        await sleep(300)
        log.push('inject lands')
      },
    }
    const {parts} = await fakeParts(slow, log, {signal: stop.signal})
    expect(await conductRun(parts)).toMatchObject({ended: 'interrupted', residual: []})
    expect(log.indexOf('undo {"id":"f1"}')).toBeGreaterThan(log.indexOf('inject lands'))
  })

  it('takes the others back at once while one waits for its end, when it is interrupted', async () => {
    const stop = new AbortController()
    const fault = recordingFault(log)
    let ready = (): void => {}
    const waits = {
      ...fault,
      release: async (inverse: unknown) => {
        log.push(`release ${JSON.stringify(inverse)}`)
        ready()
      },
      undo: async (inverse: unknown) => {
        if (JSON.stringify(inverse) === '{"id":"f2"}')
          await new Promise<void>((resolve) => {
            // What it waits for, f1 keeps from getting ready.
            ready = resolve
            setTimeout(() => stop.abort(new Interrupted('SIGINT')), 10)
          })
        log.push(`undo ${JSON.stringify(inverse)}`)
      },
    }
    const planned = [plannedFault({endMs: 5_000}), plannedFault({id: 'f2', endMs: 400})]
    const {parts, lines} = await fakeParts(waits, log, {planned, signal: stop.signal})
    expect(await conductRun(parts)).toMatchObject({ended: 'interrupted', residual: []})
    expect(log.slice(log.indexOf('release {"id":"f1"}'))).toEqual(
      expect.arrayContaining(['release {"id":"f1"}', 'undo {"id":"f2"}', 'undo {"id":"f1"}']),
    )
    expect(events(lines).filter((event) => event.startsWith('fault-undone'))).toHaveLength(2)
  })

  it('runs a dozen faults at once without a word about leaks', async () => {
    const warnings: string[] = []
    const warned = ({message}: Error): void => void warnings.push(message)
    process.on('warning', warned)
    const planned = Array.from({length: 12}, (_, index) => plannedFault({id: `f${index + 1}`}))
    const {parts} = await fakeParts(recordingFault(log), log, {planned})
    expect(await conductRun(parts)).toMatchObject({ended: 'completed', residual: []})
    process.off('warning', warned)
    expect(log.filter((line) => line.startsWith('undo'))).toHaveLength(12)
    expect(warnings).toEqual([])
  })

  it('stops and undoes when a guard trips', async () => {
    const {parts, lines} = await fakeParts(recordingFault(log), log, {guards: [guard], value: 2})
    expect(await conductRun(parts)).toMatchObject({ended: 'guard', residual: []})
    expect(events(lines)).toContain('guard-tripped')
  })

  it('lets a guard that is not exceeded run through', async () => {
    const {parts} = await fakeParts(recordingFault(log), log, {guards: [guard], value: 1})
    expect(await conductRun(parts)).toMatchObject({ended: 'completed'})
  })

  it('ends as an error when a fault cannot be injected, and undoes what may have landed', async () => {
    const fault = recordingFault(log)
    const refused = {...fault, inject: async () => Promise.reject(new EnvironmentError('the proxy refused'))}
    const {parts, lines} = await fakeParts(refused, log)
    expect(await conductRun(parts)).toMatchObject({ended: 'error', residual: []})
    expect(events(lines)).toEqual(expect.arrayContaining(['fault-failed f1', 'error', 'fault-undone f1']))
  })

  it('names what is still broken and keeps its journal', async () => {
    const {parts, lines} = await fakeParts(recordingFault(log, {undoFails: () => true}), log)
    const end = await conductRun(parts)
    expect(end.residual).toMatchObject([{fault: 'f1', message: 'the proxy is gone'}])
    expect(events(lines)).toContain('undo-failed f1')
    expect(existsSync(parts.journal.path)).toBe(true)
  })

  it('undoes everything when the record can no longer be written', async () => {
    const {parts, failRecorder} = await fakeParts(recordingFault(log), log)
    setTimeout(() => failRecorder(new EnvironmentError('no space left on device')), 800)
    expect(await conductRun(parts)).toMatchObject({ended: 'error', residual: []})
    expect(log).toContain('undo {"id":"f1"}')
  })

  it('starts nothing when it was interrupted before it began', async () => {
    const {parts} = await fakeParts(recordingFault(log), log, {
      signal: AbortSignal.abort(new Interrupted('SIGINT')),
    })
    expect(await conductRun(parts)).toMatchObject({ended: 'interrupted'})
    expect(log.filter((line) => line.startsWith('inject'))).toEqual([])
  })
})
