import {describe, expect, it} from 'vitest'
import {type KeyInput, listenToKeys} from '../../../src/output/live/keyboard.js'
import {footerOf, type KeyAsk, keysOf, pressed, type Typing} from '../../../src/output/live/keys.js'

/** What a row of chunks, as a terminal sends them, asks for; and what the last row says then. */
const type = (...chunks: string[]): {asks: KeyAsk[]; footer: string} => {
  let typing: Typing = {kind: 'watching'}
  const asks: KeyAsk[] = []
  for (const key of chunks.flatMap(keysOf)) {
    const next = pressed(typing, key)
    typing = next.typing
    asks.push(...next.asks)
  }
  return {asks, footer: footerOf(typing)}
}

describe('keys of the live view', () => {
  it('stop at Ctrl-C at once, also in the middle of a note', () => {
    expect(type('\u0003').asks).toEqual([{kind: 'stop'}])
    expect(type('n', 'abc', '\u0003').asks).toEqual([{kind: 'stop'}])
  })

  it('stop at the second q only, with nothing in between', () => {
    expect(type('q').asks).toEqual([])
    expect(type('q').footer).toContain('q again')
    expect(type('q', 'x', 'q').asks).toEqual([])
    expect(type('qq').asks).toEqual([{kind: 'stop'}])
  })

  it('write a note, which may hold a q', () => {
    expect(type('n', 'queue', ' is long', '\r').asks).toEqual([{kind: 'note', text: 'queue is long'}])
    expect(type('n', 'ab').footer).toContain('note: ab')
  })

  it('correct and drop a note', () => {
    expect(type('n', 'abé', '\u007f', '\r').asks).toEqual([{kind: 'note', text: 'ab'}])
    expect(type('n', 'ab', '\u001b').asks).toEqual([])
    expect(type('n', '  ', '\r').asks).toEqual([])
  })

  it('take no control characters and no arrows into a note', () => {
    expect(type('n', 'a', '\u001b[A', '\u0007b', '\r').asks).toEqual([{kind: 'note', text: 'ab'}])
  })

  it('keep a paste at a length that a record can bear', () => {
    const [ask] = type('n', 'x'.repeat(10_000), '\r').asks
    expect(ask).toEqual({kind: 'note', text: 'x'.repeat(500)})
  })

  it('say why Ctrl-Z does nothing', () => {
    expect(type('\u001a').asks).toEqual([{kind: 'say', text: expect.stringContaining('cannot be suspended')}])
  })
})

describe('listening to keys', () => {
  it('leaves the terminal as it was', () => {
    const listeners = new Set<(chunk: string) => void>()
    const done: string[] = []
    const input: KeyInput = {
      isTTY: true,
      setRawMode: (raw) => done.push(`raw ${raw}`),
      setEncoding: () => done.push('utf8'),
      resume: () => done.push('resume'),
      pause: () => done.push('pause'),
      on: (_event, listener) => listeners.add(listener),
      off: (_event, listener) => listeners.delete(listener),
    }
    const notes: string[] = []
    const silence = listenToKeys(input, {
      stop: () => done.push('stop'),
      note: (text) => notes.push(text),
      say: () => {},
      footer: () => {},
    })
    for (const listener of listeners) listener('nslow\r')
    for (const listener of listeners) listener('\u0003')
    silence()
    expect(notes).toEqual(['slow'])
    expect(done).toEqual(['raw true', 'utf8', 'resume', 'stop', 'raw false', 'pause'])
    expect(listeners.size).toBe(0)
  })
})
