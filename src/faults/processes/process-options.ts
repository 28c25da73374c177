import {z} from 'zod'
import {type TurnOptions, turnOptions} from './in-turn.js'
import {type ReplicaOptions, replicaOptions} from './replicas.js'

/** What every fault on processes is asked with. */
export interface ProcessOptions extends ReplicaOptions, TurnOptions {}

interface Checked extends ProcessOptions {
  respawn?: 'immediately' | 'never'
}

const saysWhoOnce = ({replica, count, percent}: Checked): boolean =>
  [replica, count, percent].filter((choice) => choice !== undefined).length <= 1

const everyHasOrder = ({order, every}: Checked): boolean => every === undefined || order === 'one-by-one'

/** Only what is started again is back before the fault ends: nobody would wait for the others. */
const orderHasEvery = ({order, every, respawn}: Checked): boolean =>
  order === 'together' || every !== undefined || respawn === 'immediately'

/** The schema of a fault on processes: who is hit and in which order, with the fault's own options. */
export const processOptions = <Own extends z.ZodRawShape>(own: Own) => {
  // What zod infers of shapes it does not know is opaque; each of these schemas has the keys that the checks read.
  const checked = (check: (options: Checked) => boolean) => (options: object) => check(options as Checked)
  return z
    .strictObject({...replicaOptions, ...own, ...turnOptions})
    .refine(checked(saysWhoOnce), 'choose one of "replica", "count" and "percent"')
    .refine(checked(everyHasOrder), {error: '`every` needs `order: one-by-one`', path: ['every']})
    .refine(checked(orderHasEvery), {
      error: 'one-by-one needs `every: 5s` here: no victim is back before the fault ends',
      path: ['order'],
    })
}
