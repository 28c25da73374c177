import {engines} from '../engines/index.js'
import {loadFaults} from '../faults/index.js'
import {PromqlError, parse, parseSelector} from '../promql/index.js'
import type {Vocabulary} from '../scenarios/vocabulary.js'

/** What scenario files may name: every fault and engine there is, and PromQL that parses. */
export const loadVocabulary = async (): Promise<Vocabulary> => ({
  faults: await loadFaults(),
  engines: Object.keys(engines),
  checkQuery: (expression, kind) => {
    try {
      if (kind === 'selector') parseSelector(expression)
      else parse(expression)
      return undefined
    } catch (error) {
      if (error instanceof PromqlError) return error.message
      throw error
    }
  },
})
