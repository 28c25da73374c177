import type {RequestSpec} from '../../scenarios/scenario.js'

/** Whether a status is one that a request expects. */
export type Expected = (status: number) => boolean

/** Compiles what a request expects; nothing where it states nothing. */
export const compileExpect = (expect: RequestSpec['expect']): Expected | undefined => {
  if (expect === undefined) return undefined
  const classes = new Set(expect.flatMap((one) => (typeof one === 'string' ? [Number(one.charAt(0))] : [])))
  const statuses = new Set(expect.filter((one) => typeof one === 'number'))
  return (status) => statuses.has(status) || classes.has(Math.floor(status / 100))
}
