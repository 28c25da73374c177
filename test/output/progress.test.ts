import {stripVTControlCharacters} from 'node:util'
import {describe, expect, it} from 'vitest'
import {plainProgress, progressLine, showProgress} from '../../src/output/progress.js'
import {progress} from './progress-sample.js'

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
