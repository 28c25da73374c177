/** Planned length of what is in force until it is released: longer than any search, and no longer than a timer can be. */
export const heldForMs = 7 * 24 * 3_600_000
