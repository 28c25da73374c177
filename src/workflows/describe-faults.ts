import {UserError} from '../errors.js'
import {type FaultInWords, faultInFull, faultList} from '../output/fault-help.js'
import {faultEntrySchema} from '../scenarios/json-schema.js'
import {keysInWords} from '../scenarios/schema-tables.js'
import {closest} from '../scenarios/suggest.js'
import type {KnownFault} from '../scenarios/vocabulary.js'
import {loadVocabulary} from './vocabulary.js'

/** What a user has to know of a fault, from the same schema that checks scenario files. */
const inWords = (name: string, fault: KnownFault): FaultInWords => {
  const schema = faultEntrySchema(name, fault).properties?.[name]
  const options = typeof schema === 'object' ? keysInWords(schema) : []
  return {name, summary: fault.summary, example: fault.example, envelope: fault.adjustable, options}
}

/** All faults in a list, or one in full; `json` has the same. Throws UserError for a fault that there is not. */
export const describeFaults = async (
  wanted: string | undefined,
  columns: number,
): Promise<{text: string; json: unknown}> => {
  const {faults: known} = await loadVocabulary()
  const faults = Object.entries(known).map(([name, fault]) => inWords(name, fault))
  if (wanted === undefined) return {text: faultList(faults, columns), json: {faults}}
  const fault = faults.find(({name}) => name === wanted)
  if (fault) return {text: faultInFull(fault, columns), json: fault}
  const near = closest(wanted, Object.keys(known))
  throw new UserError(
    `There is no fault "${wanted}"${near === undefined ? '' : ` (did you mean "${near}"?)`}`,
    {
      hint: `Faults are: ${Object.keys(known).join(', ')}.`,
    },
  )
}
