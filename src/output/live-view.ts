import {stripVTControlCharacters, styleText} from 'node:util'
import type {Progress, RunWatcher} from '../run/progress.js'
import {type ProgressStream, wholeMs} from './format.js'

/** Clears from the cursor to the end of the screen; moves the cursor to the start of the line, `rows` up. */
const clearDown = '\u001b[0J'
const backUp = (rows: number): string => (rows > 1 ? `\u001b[${rows - 1}A\r` : '\r')

const clockTime = (ms: number): string => {
  const total = Math.ceil(ms / 1_000)
  return `${Math.floor(total / 60)}:${String(total % 60).padStart(2, '0')}`
}

const bar = (share: number, width: number): string => {
  const filled = Math.max(0, Math.min(width, Math.round(share * width)))
  return `${'━'.repeat(filled)}${'─'.repeat(width - filled)}`
}

/** Cuts a line at the terminal's width: a wrapped line would break the counting of rows. Styles count nothing. */
const cutTo = (line: string, columns: number): string =>
  stripVTControlCharacters(line).length <= columns
    ? line
    : `${stripVTControlCharacters(line).slice(0, columns - 1)}…`

/** The rows of the view: where the run is, what the load does, what is broken on purpose. */
export const viewRows = (progress: Progress, columns: number): string[] => {
  const {scenario, phase, phaseLeftMs, elapsedMs, durationMs, load, faults} = progress
  const left = phaseLeftMs > 0 ? `${clockTime(phaseLeftMs)} left` : ''
  const share = durationMs > 0 ? elapsedMs / durationMs : 0
  const head = `${styleText('bold', scenario)}  ${bar(share, 20)}  ${styleText('cyan', phase)} ${left}`
  const errors =
    load && load.errorRatio > 0 ? styleText('red', percent(load.errorRatio)) : percent(load?.errorRatio)
  const rates = load
    ? `  offered ${load.offeredPerSecond.toFixed(0)}/s   achieved ${load.achievedPerSecond.toFixed(0)}/s   ` +
      `errors ${errors}   p99 ${wholeMs(load.p99Ms)}   in flight ${load.inFlight}`
    : '  no load yet'
  const broken = faults.map((fault) => styleText('yellow', `  ⚡ ${fault}`))
  return [head, rates, ...broken].map((row) => cutTo(row, columns))
}

const percent = (ratio: number | undefined): string => `${((ratio ?? 0) * 100).toFixed(2)} %`

/** Redraws a few rows in place; notes scroll away above them. */
export const liveView = (stream: ProgressStream): RunWatcher & {end(): void} => {
  let rows = 0
  let last: Progress | undefined
  const erase = (): string => (rows > 0 ? `${backUp(rows)}${clearDown}` : '')
  const draw = (above = ''): void => {
    const drawn = last ? viewRows(last, stream.columns ?? 80) : []
    stream.write(`${erase()}${above}${drawn.join('\n')}`)
    rows = drawn.length
  }
  return {
    progress: (progress) => {
      last = progress
      draw()
    },
    note: (message) => draw(`${message}\n`),
    end: () => {
      stream.write(erase())
      rows = 0
      last = undefined
    },
  }
}
