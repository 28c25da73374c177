/** Writes a scenario beside its target file; returns its path. See scenarios.mjs. */
export const writeScenario: (
  folder: string,
  name: string,
  faults?: string[],
  faultMs?: number,
  more?: string,
) => string
