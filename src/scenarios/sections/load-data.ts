import {z} from 'zod'
import type {Json} from '../../system/json.js'
import {anyJson} from '../shapes.js'

const what = 'expected a list, or the path of a .csv or .json file'

const rows = z
  .union([z.array(anyJson), z.string().regex(/\.(csv|json)$/i, {error: what})], {error: what})
  .refine((value) => value.length > 0, {error: 'needs at least 1 entry'})
  // Still a path: the file could not be read, which is told elsewhere, or the scenario was read without its files.
  .transform((value): Json[] => (typeof value === 'string' ? [] : value))

/** Lists that templates draw from, and the files that hold some. */
export const data = z
  .record(z.string(), rows)
  .default({})
  .describe('Lists that `{{pick NAME}}` and `{{next NAME}}` draw from; a path stands for the rows of a file.')
