const posix: Record<string, string> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}
const part = /\[:(\^?)(\w+):\]|\\([\s\S])|([\s\S])/gu
const keptEscape = /[dDsSwWfnrtvxpPu\\\]^\-[]/

/** The inside of a character class: POSIX names spelled out, and escaped as the `u` flag wants it. */
export const posixClass = (inner: string): string =>
  inner.replace(part, (_whole, negated: string | undefined, name: string | undefined, escaped, plain) => {
    if (name !== undefined) {
      const members = posix[name]
      if (members === undefined || negated)
        throw new Error(`invalid character class range: \`[:${negated}${name}:]\``)
      return members
    }
    if (escaped !== undefined) return keptEscape.test(escaped) ? `\\${escaped}` : quoted(escaped)
    return plain === '-' ? '-' : quoted(plain)
  })

const quoted = (char: string): string => (/[[\]{}()|/]/.test(char) ? `\\${char}` : char)

const bothCases = (char: string): string[] => [...new Set([char, char.toLowerCase(), char.toUpperCase()])]

/** One character in either case, as a pattern of its own. */
export const caseInsensitiveChar = (char: string): string => {
  const cases = bothCases(char).filter((other) => [...other].length === 1)
  return cases.length === 1 ? char : `[${cases.join('')}]`
}

/** A class's inside that takes both cases of every letter and of every range of letters in it. */
export const caseInsensitiveClass = (body: string): string => {
  const ranges = [...body.matchAll(/(?<!\\)([A-Za-z])-([A-Za-z])/g)]
    .map(([, from = '', to = '']) => `${otherCase(from)}-${otherCase(to)}`)
    .filter((range) => /^(?:[a-z]-[a-z]|[A-Z]-[A-Z])$/.test(range))
  const letters = body
    .replace(/\\[pPxu](?:\{[^}]*\}|[\da-fA-F]{2,4}|\w)|\\[\s\S]/g, '')
    .replace(/[A-Za-z]-[A-Za-z]/g, '')
    .match(/[A-Za-z]/g)
  return body + ranges.join('') + (letters ?? []).map(otherCase).join('')
}

const otherCase = (char: string): string =>
  char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase()
