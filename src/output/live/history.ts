import type {LiveLoad} from '../../run/progress.js'

/** Seconds that a view looks back: more than the widest terminal has columns for. */
const mostSeconds = 120

/** The last seconds of load, oldest first; each is kept once, however often it is told. */
export class LoadHistory {
  #seconds: LiveLoad[] = []

  add(load: LiveLoad | undefined): void {
    if (load === undefined || load.atMs === this.#seconds.at(-1)?.atMs) return
    this.#seconds = [...this.#seconds, load].slice(-mostSeconds)
  }

  get seconds(): readonly LiveLoad[] {
    return this.#seconds
  }
}
