/** Brings several senders into step. */
export interface InStep<T> {
  add(sender: number, item: T): void
  /** This sender sends no more; nobody waits for it. */
  finish(sender: number): void
}

/** Hands on together the first items of all senders, then their second ones, each once all that still send have one. */
export const inStep = <T>(senders: number, hand: (together: T[]) => void): InStep<T> => {
  const lines = Array.from({length: senders}, () => ({items: [] as T[], over: false}))
  const handAll = (): void => {
    while (
      lines.every(({items, over}) => over || items.length > 0) &&
      lines.some(({items}) => items.length > 0)
    )
      hand(lines.flatMap(({items}) => items.splice(0, 1)))
  }
  return {
    add: (sender, item) => {
      lines[sender]?.items.push(item)
      handAll()
    },
    finish: (sender) => {
      const line = lines[sender]
      if (line !== undefined) line.over = true
      handAll()
    },
  }
}
