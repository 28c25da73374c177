/** The run whose toxic this is, by its name `<run id>_f<n>`; undefined for a toxic of somebody else. */
export const runIdOf = (toxic: string): string | undefined =>
  /^(\d{8}-\d{6}-.+-[0-9a-f]{4})_f\d+$/.exec(toxic)?.[1]
