import {stripVTControlCharacters} from 'node:util'
import {describe, expect, it} from 'vitest'
import {liveView, viewRows} from '../../src/output/live-view.js'
import {plainProgress, progressLine, showProgress} from '../../src/output/progress.js'
import type {Progress} from '../../src/run/progress.js'

const progress: Progress = {
  scenario: 'payment-slow',
  phase: 'fault',
  elapsedMs: 20_000,
  durationMs: 40_000,
  phaseLeftMs: 7_400,
  load: {
    atMs: 0,
    offeredPerSecond: 120,
    achievedPerSecond: 118,
    errorRatio: 0.034,
    p99Ms: 912.4,
    inFlight: 3,
  },
  faults: ['adds 10s latency on order->payment'],
}

const stream = (isTTY: boolean) => {
  const written: string[] = []
  return {written, isTTY, columns: 60, write: (text: string) => written.push(text)}
}

describe('progress on a pipe', () => {
  it('is one line with phase, time left, rates, errors, p99 and faults', () => {
    expect(progressLine(progress)).toBe(
      'payment-slow: fault, 8 s left: 118/120 requests/s, 3.40 % errors, p99 912 ms; adds 10s latency on order->payment',
    )
  })

  it('says each change of phase once, and a line every ten seconds', () => {
    const pipe = stream(false)
    const watcher = plainProgress(pipe)
    for (let elapsedMs = 0; elapsedMs <= 21_000; elapsedMs += 1_000) {
      watcher.progress({...progress, phase: elapsedMs < 5_000 ? 'baseline' : 'fault', elapsedMs})
    }
    expect(pipe.written.map((line) => line.split(',')[0])).toEqual([
      'payment-slow: baseline',
      'payment-slow: fault',
      'payment-slow: fault',
    ])
  })

  it('has no control characters, and is silent when quiet', () => {
    const pipe = stream(false)
    const watcher = showProgress(pipe)
    watcher.progress(progress)
    watcher.note('fault in force')
    watcher.end()
    const text = pipe.written.join('')
    expect(stripVTControlCharacters(text)).toBe(text)
    const quiet = stream(false)
    showProgress(quiet, {quiet: true}).progress(progress)
    expect(quiet.written).toEqual([])
  })
})

describe('the live view', () => {
  it('never wraps: no row is wider than the terminal', () => {
    for (const columns of [20, 40, 80, 200]) {
      for (const row of viewRows(progress, columns)) {
        expect(stripVTControlCharacters(row).length).toBeLessThanOrEqual(columns)
      }
    }
  })

  it('shows phase, time left, rates, errors, p99 and faults', () => {
    const text = stripVTControlCharacters(viewRows(progress, 120).join('\n'))
    for (const part of [
      'fault 0:08 left',
      'offered 120/s',
      'achieved 118/s',
      '3.40 %',
      'p99 912 ms',
      'order->payment',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('redraws in place, lets notes scroll away above, and leaves nothing behind', () => {
    const terminal = stream(true)
    const view = liveView(terminal)
    view.progress(progress)
    view.note('fault in force')
    view.end()
    // Three rows: each redraw goes two rows up and clears; the last write only clears.
    expect(terminal.written[1]?.startsWith('\u001b[2A\r\u001b[0Jfault in force\n')).toBe(true)
    expect(terminal.written.at(-1)).toBe('\u001b[2A\r\u001b[0J')
  })
})
