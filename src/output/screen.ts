/** Where a text is printed; a terminal has colours and a width. `process.stdout` is one. */
export interface Screen {
  isTTY?: boolean
  columns?: number
  /** Node's answer, which knows NO_COLOR and TERM=dumb. */
  hasColors?(): boolean
}

/** How a report fits there: 80 columns where nobody knows. */
export const layoutOf = (screen: Screen): {color: boolean; width: number} => ({
  color: screen.isTTY === true && (screen.hasColors?.() ?? true),
  width: screen.columns ?? 80,
})
