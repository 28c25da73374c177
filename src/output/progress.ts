import type {Progress, RunWatcher} from '../run/progress.js'
import {type ProgressStream, wholeMs} from './format.js'
import {type Keyboard, listenToKeys} from './live/keyboard.js'
import {liveView} from './live/view.js'

/** A pipe gets a line this often, plus one for each change of phase. */
const lineEveryMs = 10_000

const seconds = (ms: number): string => `${Math.ceil(ms / 1_000)} s`

/** One line that says how the run stands. */
export const progressLine = (progress: Progress): string => {
  const {scenario, phase, phaseLeftMs, load, faults} = progress
  const left = phaseLeftMs > 0 ? `, ${seconds(phaseLeftMs)} left` : ''
  const rate = load
    ? `: ${load.achievedPerSecond.toFixed(0)}/${load.offeredPerSecond.toFixed(0)} requests/s, ` +
      `${(load.errorRatio * 100).toFixed(2)} % errors, p99 ${wholeMs(load.p99Ms)}`
    : ''
  const broken = faults.length > 0 ? `; ${faults.join('; ')}` : ''
  return `${scenario}: ${phase}${left}${rate}${broken}`
}

/** Plain lines: each change of phase, a line now and then, and every note. */
export const plainProgress = (stream: ProgressStream): RunWatcher => {
  let phase = ''
  let saidMs = 0
  return {
    note: (message) => stream.write(`${message}\n`),
    progress: (progress) => {
      if (progress.phase === phase && progress.elapsedMs - saidMs < lineEveryMs) return
      phase = progress.phase
      saidMs = progress.elapsedMs
      stream.write(`${progressLine(progress)}\n`)
    },
  }
}

const silent: RunWatcher = {note: () => {}, progress: () => {}}

/** A watcher, and how to take it away again. */
export type Show = RunWatcher & {end(): void}

/** Shows on a page, too, what is shown. */
export const alsoOn = (page: RunWatcher, shown: Show): Show => ({
  ...shown,
  progress: (progress) => {
    shown.progress(progress)
    page.progress(progress)
  },
  note: (message) => {
    shown.note(message)
    page.note(message)
  },
  second: (second) => {
    shown.second?.(second)
    page.second?.(second)
  },
})

/** The watcher that suits the stream: a live view on a terminal, plain lines on a pipe, nothing when quiet. */
export const showProgress = (
  stream: ProgressStream,
  {quiet = false, keyboard}: {quiet?: boolean; keyboard?: Keyboard | undefined} = {},
): Show => {
  if (quiet) return {...silent, end: () => {}}
  if (!stream.isTTY) return {...plainProgress(stream), end: () => {}}
  return keyboard ? viewWithKeys(stream, keyboard) : liveView(stream)
}

/** Keys are heard from the moment at which notes can be written down. */
const viewWithKeys = (stream: ProgressStream, {input, stop}: Keyboard): Show => {
  const {footer, ...view} = liveView(stream)
  let silence = (): void => {}
  return {
    ...view,
    notes: (write) => {
      silence()
      silence = listenToKeys(input, {
        stop,
        note: (text) => {
          write(text)
          view.note(`note: ${text}`)
        },
        say: view.note,
        footer,
      })
    },
    end: () => {
      silence()
      footer(undefined)
      view.end()
    },
  }
}
