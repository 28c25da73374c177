const text = String.raw`"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"`
const number = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`
const token = new RegExp(
  String.raw`[ \t\r\n]*(?:[{}[\],:]|${text}|(?:${number}|true|false|null)(?![\w.]))`,
  'uy',
)

type Expected = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma or end' | 'nothing'

/** What may follow once a value inside `open` is whole. */
const afterValue = (open: readonly string[]): Expected => (open.length === 0 ? 'nothing' : 'comma or end')

const closes: Record<string, string> = {'[': ']', '{': '}'}

/** What is expected after this token; nothing when the token may not stand here. `open` keeps the brackets that are open. */
const next = (text: string, expected: Expected, open: string[]): Expected | undefined => {
  const isValue = !/^[{}[\],:]$/.test(text)
  const inner = open.at(-1) ?? ''
  if (text === closes[inner] && expected.endsWith('or end')) {
    open.pop()
    return afterValue(open)
  }
  if (expected.startsWith('name')) return text.startsWith('"') ? 'colon' : undefined
  if (expected === 'colon') return text === ':' ? 'value' : undefined
  if (expected === 'comma or end') return text === ',' ? (inner === '{' ? 'name' : 'value') : undefined
  if (expected === 'nothing') return undefined
  if (isValue) return afterValue(open)
  if (text !== '[' && text !== '{') return undefined
  open.push(text)
  return text === '[' ? 'value or end' : 'name or end'
}

/**
 * Offset of the first thing in a text that makes it no JSON, which Node 20 does not tell; the end of the text where
 * something is missing. Only asked about texts that `JSON.parse` has refused.
 */
export const firstFault = (text: string): number => {
  const open: string[] = []
  let expected: Expected | undefined = 'value'
  let at = 0
  for (;;) {
    token.lastIndex = at
    const match = token.exec(text)
    const start = at + (/^[ \t\r\n]*/.exec(text.slice(at, at + 1000))?.[0].length ?? 0)
    if (match === null) return start
    expected = next(match[0].trimStart(), expected, open)
    if (expected === undefined) return start
    at = token.lastIndex
  }
}
