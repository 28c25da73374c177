import {fitOfEngine} from '../engines/fit-scenario.js'
import {engines} from '../engines/index.js'
import {loadFaults} from '../faults/index.js'
import type {Vocabulary} from '../scenarios/vocabulary.js'
import {queryLack} from './judgeable.js'
import {promqlReader} from './promql-reader.js'

/** What scenario files may name: every fault and engine there is, and PromQL that parses. */
export const loadVocabulary = async (): Promise<Vocabulary> => ({
  faults: Object.fromEntries(
    Object.entries(await loadFaults()).map(([name, fault]) => [
      name,
      {...fault, adjustable: fault.adjust !== undefined},
    ]),
  ),
  engines: Object.keys(engines),
  fitEngine: fitOfEngine,
  promql: promqlReader,
  // Records are read where one is named: no other scenario waits for the code that does.
  savedCounts: async (...asked) => (await import('./saved-counts.js')).savedCounts(...asked),
  checkQuery: queryLack,
})
