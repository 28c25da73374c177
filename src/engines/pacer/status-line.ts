/** What the first line of an answer says. */
interface StatusLine {
  /** 1 in HTTP/1.1. */
  minor: 0 | 1
  status: number
}

const digitOf = (text: string, at: number): number => {
  const digit = text.charCodeAt(at) - 48
  return digit >= 0 && digit <= 9 ? digit : Number.NaN
}

/** Reads `HTTP/1.1 200 OK` and the like; undefined for what is none. By hand, as every answer has one. */
export const statusLineOf = (text: string): StatusLine | undefined => {
  const minor = digitOf(text, 7)
  if (!text.startsWith('HTTP/1.') || (minor !== 0 && minor !== 1) || text[8] !== ' ') return undefined
  if (text[12] !== ' ' && !text.startsWith('\r\n', 12)) return undefined
  const status = digitOf(text, 9) * 100 + digitOf(text, 10) * 10 + digitOf(text, 11)
  return Number.isNaN(status) ? undefined : {minor, status}
}
