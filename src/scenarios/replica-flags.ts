import {UserError} from '../errors.js'

/** How many replicas of some workloads shall run, by name. */
export type ReplicaCounts = Readonly<Record<string, number>>

/** A workload and the sizes that it is measured at, smallest first. */
export interface ReplicaSizes {
  workload: string
  counts: number[]
}

const most = 1000

const countOf = (text: string): number | undefined => {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0
  return count >= 1 && count <= most ? count : undefined
}

const parted = (text: string, form: string): [name: string, value: string] => {
  const [, name, value] = /^([^=\s]+)=(.+)$/.exec(text.trim()) ?? []
  if (name !== undefined && value !== undefined) return [name, value.trim()]
  throw new UserError(`--replicas ${text}: expected ${form}`, {
    hint: `For example --replicas ${example(form)}.`,
  })
}

const example = (form: string): string => (form.includes(',') ? 'catalog=1,2,4' : 'catalog=4')

/** `order=4` → `{order: 4}`. Throws UserError. */
export const parseReplicaCounts = (texts: readonly string[]): ReplicaCounts =>
  Object.fromEntries(
    texts.map((text) => {
      const [name, value] = parted(text, 'WORKLOAD=COUNT')
      const count = countOf(value)
      if (count !== undefined) return [name, count]
      throw new UserError(`--replicas ${text}: expected a whole number from 1 to ${most}`, {
        hint: 'For example --replicas catalog=4.',
      })
    }),
  )

/** `order=1,2,4` → order at 1, 2 and 4, or at one size alone. Throws UserError. */
export const parseReplicaSizes = (text: string): ReplicaSizes => {
  const [workload, value] = parted(text, 'WORKLOAD=COUNT,COUNT,…')
  const counts = value.split(',').map((one) => countOf(one.trim()))
  const sizes = [...new Set(counts)].flatMap((count) => (count === undefined ? [] : [count]))
  if (counts.includes(undefined))
    throw new UserError(`--replicas ${text}: expected whole numbers from 1 to ${most}`, {
      hint: 'For example --replicas catalog=1,2,4.',
    })
  return {workload, counts: sizes.toSorted((one, other) => one - other)}
}
