import type {Assertion} from './tree.js'

/** What stands on one side of a place in a text: nothing, a newline, a letter of a word, or anything else. */
export type Side = 'edge' | 'newline' | 'word' | 'other'

/** No text holds this code point: the end of the text. */
export const endOfText = -1

export const sideOf = (code: number): Side => {
  if (code === endOfText) return 'edge'
  if (code === 10) return 'newline'
  const isWord =
    (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)
  return isWord ? 'word' : 'other'
}

export const holds = (what: Assertion, before: Side, after: Side): boolean => {
  switch (what) {
    case 'text-start':
      return before === 'edge'
    case 'text-end':
      return after === 'edge'
    case 'line-start':
      return before === 'edge' || before === 'newline'
    case 'line-end':
      return after === 'edge' || after === 'newline'
    case 'word-edge':
      return (before === 'word') !== (after === 'word')
    case 'no-word-edge':
      return (before === 'word') === (after === 'word')
  }
}

/** The code point at a place of a text. What is not valid Unicode reads as U+FFFD, as in Go. */
export const codeAt = (text: string, at: number): number => {
  const unit = text.charCodeAt(at)
  if (unit < 0xd800 || unit > 0xdfff) return unit
  const code = text.codePointAt(at) ?? unit
  return code > 0xffff ? code : 0xfffd
}
