/** Variables of an environment, by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The process's own environment, as it is now. */
export const environment = (): Environment => process.env
