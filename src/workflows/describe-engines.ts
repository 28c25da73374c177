import type {Engine} from '../engines/engine.js'
import {featuresInWords} from '../engines/fit.js'
import {engines, loadEngine} from '../engines/index.js'
import {type EngineInWords, engineInFull, engineList} from '../output/engine-help.js'

const inWords = (name: string, {summary, loop, can, needs, example}: Engine): EngineInWords => {
  const features = Object.entries(featuresInWords)
  const known: readonly string[] = can
  return {
    name,
    summary,
    loop,
    can: Object.fromEntries(features.filter(([feature]) => known.includes(feature))),
    cannot: Object.fromEntries(features.filter(([feature]) => !known.includes(feature))),
    ...(needs === undefined ? {} : {needs}),
    ...(example === undefined ? {} : {example}),
  }
}

/**
 * All engines in a list, or one in full, also somebody else's by package or path; `json` has the same.
 * Throws UserError for an engine that there is not.
 */
export const describeEngines = async (
  wanted: string | undefined,
  columns: number,
): Promise<{text: string; json: unknown}> => {
  if (wanted !== undefined) {
    const engine = inWords(wanted, await loadEngine(wanted))
    return {text: engineInFull(engine, columns), json: engine}
  }
  const names = Object.keys(engines)
  const all = await Promise.all(names.map(async (name) => inWords(name, await loadEngine(name))))
  return {text: engineList(all, columns), json: {engines: all}}
}
