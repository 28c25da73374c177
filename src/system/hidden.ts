import {inspect} from 'node:util'

const shown = '(hidden)'

/** Text that shows itself only when asked: as JSON, in a message or in a log it is `(hidden)`. */
export class Hidden {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  reveal(): string {
    return this.#text
  }

  toJSON(): string {
    return shown
  }

  toString(): string {
    return shown
  }

  [inspect.custom](): string {
    return shown
  }
}
