/** What k6 said on its standard error that somebody may want to know. */
export interface K6Log {
  write(text: string): void
  /** The errors, first ones first; few of them are kept. */
  readonly errors: readonly string[]
  /** How many iterations of the script threw, and what the first one said. */
  readonly exceptions: {count: number; first: string}
}

const mostErrors = 5
const mostLength = 1_000
/** A line longer than this is no line of a log. */
const mostPending = 1_000_000

const parsed = (line: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(line)
    // Any object will do: each field is looked at before it is used.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const plainMessage = (line: string): string =>
  /level=(?:error|fatal) msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1]?.replaceAll('\\"', '"') ?? line

/** Reads k6's log, JSON by lines; complaints about flags come as plain text whatever was asked for. */
export const createLog = (): K6Log => {
  const errors: string[] = []
  const exceptions = {count: 0, first: ''}
  let rest = ''

  const keep = (message: string): void => {
    if (errors.length < mostErrors && message.trim() !== '') errors.push(message.trim().slice(0, mostLength))
  }
  const threw = (message: string): void => {
    exceptions.count++
    if (exceptions.first === '') exceptions.first = message.trim().slice(0, mostLength)
  }
  const read = (line: string): void => {
    // One for each request that failed: thousands a second when the target is down.
    if (line.includes('"level":"warning"')) return
    const entry = parsed(line)
    if (entry === undefined) keep(plainMessage(line))
    else if (!/^(error|fatal)$/.test(String(entry['level'])) || entry['source'] === 'console') return
    else if (entry['scenario'] === undefined) keep(String(entry['msg'] ?? ''))
    else threw(String(entry['msg'] ?? ''))
  }

  return {
    errors,
    exceptions,
    write: (text) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > mostPending) rest = ''
      for (const line of lines) if (line !== '') read(line)
    },
  }
}
