import type {Scenario, Switches} from './scenario.js'
import {isRecord} from './shapes.js'
import {orKnown} from './suggest.js'

/** Names of the same service are what a slip was meant for. */
const nearTo = (name: string, known: readonly string[]): readonly string[] => {
  const related = known.filter((one) => one.split('.')[0] === name.split('.')[0])
  return related.length > 0 ? related : known
}

const problemsOf = (where: string, set: Switches, known: Switches): string[] =>
  Object.entries(set).flatMap(([name, value]) => {
    const now = known[name]
    if (now === undefined)
      return [`${where}: there is no switch "${name}"${orKnown(name, nearTo(name, Object.keys(known)))}`]
    if (typeof now === typeof value) return []
    const wanted = typeof now === 'boolean' ? 'on or off' : `a number, such as ${now}`
    return [`${where}: switch ${name} wants ${wanted}, got ${JSON.stringify(value)}`]
  })

/** Names and types of the switches that a scenario and the flags of a run set, one sentence for each that does not fit. */
export const switchProblems = (
  {switches, counterfactual, faults}: Pick<Scenario, 'switches' | 'counterfactual' | 'faults'>,
  asked: Switches,
  known: Switches,
): string[] => [
  ...problemsOf('--switch', asked, known),
  ...problemsOf('switches', switches, known),
  ...problemsOf('counterfactual.switches', counterfactual?.switches ?? {}, known),
  ...faults.flatMap(({fault, options, path}) => {
    const set = fault === 'switch' && isRecord(options) ? options['set'] : undefined
    // The fault's own schema has read it.
    return isRecord(set) ? problemsOf(`${path}.set`, set as Switches, known) : []
  }),
]
