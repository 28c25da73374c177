import {inForeground} from '../../system/foreground.js'
import {footerOf, keysOf, pressed, type Typing} from './keys.js'

/** The part of a terminal's input that keys need. */
export interface KeyInput {
  isTTY?: boolean
  setRawMode?(raw: boolean): unknown
  setEncoding(encoding: 'utf8'): unknown
  resume(): unknown
  pause(): unknown
  on(event: 'data', listener: (chunk: string) => void): unknown
  off(event: 'data', listener: (chunk: string) => void): unknown
}

/** Somebody at a terminal, who may stop the run or write a note. */
export interface Keyboard {
  input: KeyInput
  /** Stops the run as Ctrl-C does. */
  stop(): void
}

/** The keyboard of this process, where it has one to itself. */
export const keyboardOf = (input: KeyInput): Keyboard | undefined =>
  input.isTTY && inForeground() ? {input, stop: () => process.kill(process.pid, 'SIGINT')} : undefined

/** What keys may do. */
export interface KeyActions {
  /** Stops the run; everything is undone. */
  stop(): void
  note(text: string): void
  say(text: string): void
  footer(text: string): void
}

/** Listens to keys until the returned function is called, which leaves the terminal as it was. */
export const listenToKeys = (input: KeyInput, actions: KeyActions): (() => void) => {
  let typing: Typing = {kind: 'watching'}
  const onData = (chunk: string): void => {
    for (const key of keysOf(chunk)) {
      const next = pressed(typing, key)
      typing = next.typing
      for (const ask of next.asks) {
        if (ask.kind === 'stop') actions.stop()
        else actions[ask.kind](ask.text)
      }
    }
    actions.footer(footerOf(typing))
  }
  input.setRawMode?.(true)
  input.setEncoding('utf8')
  input.on('data', onData)
  input.resume()
  actions.footer(footerOf(typing))
  return () => {
    input.off('data', onData)
    input.setRawMode?.(false)
    input.pause()
  }
}
