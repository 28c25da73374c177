const fieldsOf = (line: string): string[] => {
  if (!line.includes('"')) return line.split(',')
  const fields: string[] = []
  for (const [, quoted, plain = ''] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    fields.push(quoted?.replaceAll('""', '"') ?? plain)
  return fields
}

const quotesIn = (text: string): number => (text.includes('"') ? text.split('"').length - 1 : 0)

/** Told about each row, as a function from the name of a column to its text. */
type OnRow = (metric: string, field: (column: string) => string) => void

/**
 * Reads CSV as k6 writes it, piece by piece; the first row names the columns. Rows whose first field is not `wanted` are
 * passed over unread: they are nine of ten.
 */
export const createRowReader = (wanted: ReadonlySet<string>, onRow: OnRow): ((text: string) => void) => {
  const columns = new Map<string, number>()
  let rest = ''
  const read = (line: string): void => {
    if (columns.size === 0) {
      for (const [index, name] of line.split(',').entries()) columns.set(name, index)
      return
    }
    const metric = line.slice(0, line.indexOf(','))
    if (!wanted.has(metric)) return
    const fields = fieldsOf(line)
    onRow(metric, (column) => fields[columns.get(column) ?? -1] ?? '')
  }
  return (text) => {
    const lines = (rest + text).split('\n')
    const last = lines.pop() ?? ''
    rest = ''
    for (const line of lines) {
      const whole = rest + line
      // Inside quotes a line may break.
      rest = quotesIn(whole) % 2 === 1 ? `${whole}\n` : ''
      if (rest === '') read(whole)
    }
    rest += last
  }
}
