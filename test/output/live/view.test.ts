import {stripVTControlCharacters} from 'node:util'
import {describe, expect, it} from 'vitest'
import {columnsOf} from '../../../src/output/live/columns.js'
import {viewRows} from '../../../src/output/live/rows.js'
import {sparkline} from '../../../src/output/live/sparkline.js'
import {liveView} from '../../../src/output/live/view.js'
import type {Progress} from '../../../src/run/progress.js'
import {progress} from '../progress-sample.js'

const plain = (_style: string, text: string): string => text

const rowsOf = (columns: number, rows = 24, of: Progress = progress, footer?: string): string[] =>
  viewRows(
    {progress: of, seconds: of.load ? [of.load] : [], footer},
    {columns, rows, paint: plain, sparkline},
  )

/** A terminal that remembers what was written to it, and tells of its size. */
const terminal = (columns = 60, rows = 24) => {
  const written: string[] = []
  const listeners = new Set<() => void>()
  return {
    written,
    listeners,
    isTTY: true,
    columns,
    rows,
    hasColors: () => false,
    write: (text: string) => written.push(text),
    on: (_event: 'resize', listener: () => void) => listeners.add(listener),
    off: (_event: 'resize', listener: () => void) => listeners.delete(listener),
  }
}

describe('a sparkline', () => {
  it.each([
    {values: [0, 1, 2, 4], width: 8, drawn: '▁▃▅█'},
    {values: [1, 2, 3, 4], width: 2, drawn: '▆█'},
    {values: [0, 0], width: 4, drawn: '▁▁'},
    {values: [undefined, 3], width: 4, drawn: ' █'},
    {values: [1, 2], width: 0, drawn: ''},
  ])('of $values in $width columns is "$drawn"', ({values, width, drawn}) => {
    expect(sparkline(values, width)).toBe(drawn)
  })
})

describe('the rows of the live view', () => {
  it.each([20, 40, 80, 200])('never wrap in %i columns', (columns) => {
    for (const row of rowsOf(columns, 24, progress, '  q stops'))
      expect(columnsOf(row)).toBeLessThanOrEqual(columns)
  })

  it('count wide characters as the terminal does', () => {
    const wide = {...progress, scenario: '支払いが遅い時の検証', faults: ['⚡⚡⚡ 遅延']}
    for (const columns of [20, 33, 60])
      for (const row of rowsOf(columns, 24, wide)) expect(columnsOf(row)).toBeLessThanOrEqual(columns)
  })

  it('show phase, time left, rates, errors, p99, faults and how objectives stand', () => {
    const text = rowsOf(120).join('\n')
    for (const part of [
      'fault 0:08 left',
      '118/s of 120/s',
      '3.40 %',
      '912 ms',
      '⚡ adds 10s latency on order->payment',
      '✔ browsing stays up: 99.97 % of 3,012, asked 99.9 %',
      '✘ checkout answers in time: 71 % of 900, asked 95 %',
    ])
      expect(text).toContain(part)
  })

  it('fit a low terminal: the footer stays, what is less urgent goes', () => {
    const rows = rowsOf(80, 5, progress, 'footer')
    expect(rows).toHaveLength(4)
    expect(rows.at(-1)).toBe('footer')
    expect(rows[1]).toContain('⚡')
  })

  it('have bars only where there is room for them', () => {
    expect(rowsOf(30).join('')).not.toMatch(/[▁▂▃▄▅▆▇█]/)
    expect(rowsOf(80).join('')).toMatch(/[▁▂▃▄▅▆▇█]/)
  })
})

describe('the live view', () => {
  it('redraws in place, lets notes scroll away above, and leaves nothing behind', () => {
    const screen = terminal()
    const view = liveView(screen)
    view.progress(progress)
    const up = `\u001b[${(screen.written[0] ?? '').split('\n').length - 1}A\r\u001b[0J`
    view.note('fault in force')
    view.end()
    expect(screen.written[1]?.startsWith(`${up}fault in force\n`)).toBe(true)
    expect(screen.written.at(-1)).toBe(up)
    expect(screen.listeners.size).toBe(0)
  })

  it('erases what a narrower terminal has wrapped', () => {
    const screen = terminal(60)
    const view = liveView(screen)
    view.progress(progress)
    const rows = (screen.written[0] ?? '').split('\n')
    screen.columns = 20
    for (const listener of screen.listeners) listener()
    const wrapped = rows.reduce((all, row) => all + Math.ceil(columnsOf(row) / 20), 0)
    expect(screen.written[1]?.startsWith(`\u001b[${wrapped - 1}A\r`)).toBe(true)
  })

  it('has no colours where the terminal shows none', () => {
    const screen = terminal()
    liveView(screen).progress(progress)
    const text = screen.written.join('')
    expect(stripVTControlCharacters(text)).toBe(text)
    const colourful = {...terminal(), hasColors: () => true}
    liveView(colourful).progress(progress)
    expect(stripVTControlCharacters(colourful.written.join(''))).not.toBe(colourful.written.join(''))
  })
})
