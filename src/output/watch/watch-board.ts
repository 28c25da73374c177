import {
  type LiveNote,
  type LivePart,
  noteLines,
  standing,
  verdictPart,
} from '../../reporters/html/live-page.js'
import {type Course, courseOf} from '../../reporters/html/series.js'
import type {Report} from '../../reporters/reporter.js'
import type {LoadSecond, Progress, RunWatcher} from '../../run/progress.js'
import {phaseNames} from '../../scenarios/scenario.js'

/** One thing that pages are told: the name of an event and its data. */
export interface PageMessage {
  event: 'reset' | 'rows' | 'marks' | 'part'
  data: unknown
}

interface Band {
  kind: string
  /** Seconds from the first request. */
  from: number
  to: number
}

/** Notes beyond this are in the record; a page on a wall shows the newest. */
const mostNotes = 200

/** Course of several seconds, one after another; an outcome that a second did not have is 0 there. */
const joined = (rows: readonly Course[]): Course | undefined => {
  const [first] = rows
  if (!first) return undefined
  const kinds = [...new Set(rows.flatMap(({outcomes}) => Object.keys(outcomes)))]
  return {
    t: rows.flatMap(({t}) => t),
    offered: rows.flatMap(({offered}) => offered),
    answered: rows.flatMap(({answered}) => answered),
    outcomes: Object.fromEntries(
      kinds.map((kind) => [kind, rows.flatMap(({t, outcomes}) => outcomes[kind] ?? t.map(() => 0))]),
    ),
    p50: rows.flatMap(({p50}) => p50),
    p90: rows.flatMap(({p90}) => p90),
    p99: rows.flatMap(({p99}) => p99),
    max: rows.flatMap(({max}) => max),
    heat: {...first.heat, counts: rows.flatMap(({heat}) => heat.counts)},
  }
}

/** Gathers what pages show of a run that goes on, and tells it to those that listen; a page that comes late is told all. */
export class WatchBoard implements RunWatcher {
  readonly #tell: (message: PageMessage) => void
  readonly #parts = new Map<LivePart, string>()
  #title = 'shakedown'
  #rows: Course[] = []
  #bands: Band[] = []
  #notes: LiveNote[] = []
  #startedMs: number | undefined
  #last: Progress | undefined
  /** No phase is on whose band could be drawn further. */
  #over = true

  constructor(tell: (message: PageMessage) => void) {
    this.#tell = tell
  }

  /** Everything so far, for a page that has just come. */
  all(): PageMessage[] {
    const rows = joined(this.#rows)
    return [
      {event: 'reset', data: {title: this.#title}},
      ...(rows ? [{event: 'rows' as const, data: rows}] : []),
      this.#marks(),
      ...[...this.#parts].map(([id, html]): PageMessage => ({event: 'part', data: {id, html}})),
    ]
  }

  progress(progress: Progress): void {
    if (progress.phase === 'starting' && this.#last?.phase !== 'starting') this.#begin(progress)
    this.#last = progress
    this.#draw(progress)
    this.#part('now', standing(progress))
  }

  note(text: string): void {
    const number = (this.#notes.at(-1)?.number ?? 0) + 1
    this.#notes = [...this.#notes, {number, atMs: this.#last?.elapsedMs ?? 0, text}].slice(-mostNotes)
    this.#part('notes', noteLines(this.#notes))
    this.#tell(this.#marks())
  }

  second(second: LoadSecond): void {
    this.#startedMs ??= second.startMs
    const row = courseOf({load: [second]}, this.#startedMs)
    this.#rows.push(row)
    this.#tell({event: 'rows', data: row})
  }

  /** The run is over, and this came of it. */
  verdict(report: Report): void {
    this.#part('verdict', verdictPart(report))
  }

  #begin({scenario}: Progress): void {
    this.#title = `${scenario}: shakedown`
    this.#rows = []
    this.#bands = []
    this.#notes = []
    this.#startedMs = undefined
    this.#tell({event: 'reset', data: {title: this.#title}})
    this.#part('verdict', '')
    this.#part('notes', '')
  }

  /** A band for each phase and each fault in force, drawn on while it lasts; a phase ends where the next begins. */
  #draw({phase, faults, elapsedMs}: Progress): void {
    const to = elapsedMs / 1000
    const isPhase = [...phaseNames, 'dip', 'restored'].some((name) => name === phase)
    const last = this.#bands.filter(({kind}) => !kind.startsWith('injected')).at(-1)
    if (last && last.kind !== phase && !this.#over) last.to = to
    this.#over = !isPhase
    for (const kind of [...(isPhase ? [phase] : []), ...faults.map((fault) => `injected ${fault}`)]) {
      const open = this.#bands.find((band) => band.kind === kind)
      if (open) open.to = to
      else this.#bands.push({kind, from: to, to})
    }
    this.#tell(this.#marks())
  }

  #marks(): PageMessage {
    const marks = this.#notes.map(({number, atMs, text}) => ({at: atMs / 1000, number, kind: 'note', text}))
    return {event: 'marks', data: {bands: this.#bands, marks}}
  }

  #part(id: LivePart, html: string): void {
    if (this.#parts.get(id) === html) return
    this.#parts.set(id, html)
    this.#tell({event: 'part', data: {id, html}})
  }
}
