import type {Inlet} from './queue.js'

/** Stands between the source of a link and its toxics: sees what the source sends, and may add to it. */
export interface Tap extends Inlet {
  /** The order of the toxic that it works for. What goes through toxics in order comes back in reverse. */
  readonly order: number
  /** Where the data goes next. */
  output: Inlet
}

/** What a toxic on one direction of a connection may do to the other one. */
export interface Opposite {
  /** Puts a tap in, at its place; returns its output. */
  tap(tap: Tap): Inlet
  /** Takes it out; harmless when it is not in. */
  untap(tap: Tap): void
  /** Ends the connection, both ways, once what is on its way here has arrived. */
  sourceClosed(): void
}
