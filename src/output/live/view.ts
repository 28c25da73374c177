import {styleText} from 'node:util'
import type {Progress, RunWatcher} from '../../run/progress.js'
import type {ProgressStream} from '../format.js'
import {columnsOf} from './columns.js'
import {LoadHistory} from './history.js'
import {type Paint, viewRows} from './rows.js'
import {sparkline} from './sparkline.js'

/** Clears from the cursor to the end of the screen; moves the cursor to the start of the line, `rows` up. */
const clearDown = '\u001b[0J'
const backUp = (rows: number): string => (rows > 1 ? `\u001b[${rows - 1}A\r` : '\r')

/** A view that is redrawn in place. */
export interface LiveView extends RunWatcher {
  /** What keys do, or what is being typed; nothing when left out. */
  footer(text: string | undefined): void
  /** Erases the view; what was noted stays above. */
  end(): void
}

/** Styles as the stream shows them: none without colours, as NO_COLOR asks. */
const paintFor = (stream: ProgressStream): Paint =>
  (stream.hasColors?.() ?? true)
    ? (style, text) => styleText(style, text, {validateStream: false})
    : (_, text) => text

/** Redraws a few rows in place; notes scroll away above them. Redraws, too, when the terminal's size changes. */
export const liveView = (stream: ProgressStream): LiveView => {
  const paint = paintFor(stream)
  const history = new LoadHistory()
  let drawn: string[] = []
  let last: Progress | undefined
  let footer: string | undefined
  const columns = (): number => stream.columns || 80
  /** A terminal that became narrower has wrapped what stands on it. */
  const erase = (): string => {
    const wrapped = drawn.map((row) => Math.max(1, Math.ceil(columnsOf(row) / columns())))
    const rows = wrapped.reduce((all, one) => all + one, 0)
    return rows > 0 ? `${backUp(rows)}${clearDown}` : ''
  }
  const draw = (above = ''): void => {
    const canvas = {columns: columns(), rows: stream.rows || 24, paint, sparkline}
    const rows = last ? viewRows({progress: last, seconds: history.seconds, footer}, canvas) : []
    stream.write(`${erase()}${above}${rows.join('\n')}`)
    drawn = rows
  }
  const resized = (): void => draw()
  stream.on?.('resize', resized)
  return {
    progress: (progress) => {
      last = progress
      history.add(progress.load)
      draw()
    },
    note: (message) => draw(`${message}\n`),
    footer: (text) => {
      footer = text
      if (last) draw()
    },
    end: () => {
      stream.off?.('resize', resized)
      stream.write(erase())
      drawn = []
      last = undefined
    },
  }
}
