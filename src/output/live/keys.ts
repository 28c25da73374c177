/** What somebody at the keyboard is doing. */
export type Typing =
  | {kind: 'watching'}
  /** `q` was pressed once. */
  | {kind: 'asked-to-stop'}
  | {kind: 'writing'; text: string}

/** What a key asks for. */
export type KeyAsk = {kind: 'stop'} | {kind: 'note'; text: string} | {kind: 'say'; text: string}

/** A note longer than this is a paste by mistake. */
const longestNote = 500

const controlC = '\u0003'
const controlZ = '\u001a'
const escapeKey = '\u001b'

const watching: Typing = {kind: 'watching'}

/**
 * What one key press comes to. Ctrl-C stops at once, as it does everywhere; `q` only when it is pressed twice, for a key
 * hit by accident must not end an experiment of an hour. Ctrl-Z would freeze the load in the middle of a measurement.
 */
export const pressed = (typing: Typing, key: string): {typing: Typing; asks: KeyAsk[]} => {
  if (key === controlC) return {typing: watching, asks: [{kind: 'stop'}]}
  if (key === controlZ) {
    const text =
      'A run cannot be suspended: its load would stand still while its faults stay. Ctrl-C stops it.'
    return {typing, asks: [{kind: 'say', text}]}
  }
  if (typing.kind === 'writing') return written(typing.text, key)
  if (key === 'q')
    return typing.kind === 'asked-to-stop'
      ? {typing: watching, asks: [{kind: 'stop'}]}
      : {typing: {kind: 'asked-to-stop'}, asks: []}
  return {typing: key === 'n' ? {kind: 'writing', text: ''} : watching, asks: []}
}

const written = (text: string, key: string): {typing: Typing; asks: KeyAsk[]} => {
  if (key === '\r' || key === '\n') {
    const note = text.trim()
    return {typing: watching, asks: note === '' ? [] : [{kind: 'note', text: note}]}
  }
  if (key === escapeKey) return {typing: watching, asks: []}
  if (key === '\u007f' || key === '\b')
    return {typing: {kind: 'writing', text: [...text].slice(0, -1).join('')}, asks: []}
  // Arrows and other keys come as sequences that begin with Escape: they write nothing.
  if (key.startsWith(escapeKey)) return {typing: {kind: 'writing', text}, asks: []}
  const printable = key.replace(/\p{Cc}/gu, '')
  return {typing: {kind: 'writing', text: `${text}${printable}`.slice(0, longestNote)}, asks: []}
}

/** The last row of the view while somebody does this. */
export const footerOf = (typing: Typing): string => {
  if (typing.kind === 'writing') return `  note: ${typing.text}▏  (Enter keeps it, Esc drops it)`
  if (typing.kind === 'asked-to-stop')
    return '  q again stops the run and undoes everything; any other key goes on'
  return '  q stops and undoes everything · n writes a note into the record'
}

/** The chunks that a terminal sends, key by key: a sequence is one key, pasted text is many. */
export const keysOf = (chunk: string): string[] =>
  chunk.startsWith(escapeKey) && chunk.length > 1 ? [chunk] : [...chunk]
