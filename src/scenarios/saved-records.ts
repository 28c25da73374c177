import {dirname, resolve} from 'node:path'
import type {Finding} from './findings.js'
import {error, warning} from './findings.js'
import type {Objective, Scenario} from './scenario.js'
import type {Vocabulary} from './vocabulary.js'

/** Objectives with what they are compared with in them, and what is wrong with that. */
export interface WithSavedRecords {
  objectives: Objective[]
  findings: Finding[]
}

/** Reads the records that objectives are compared with; their paths count from the folder of the scenario's file. */
export const withSavedRecords = async (
  path: string,
  scenario: Scenario,
  {savedCounts}: Vocabulary,
): Promise<WithSavedRecords> => {
  const findings: Finding[] = []
  const objectives: Objective[] = []
  for (const [index, objective] of scenario.objectives.entries()) {
    objectives.push(objective)
    if (!savedCounts || objective.kind !== 'relative' || !objective.saved) continue
    const at = ['objectives', index, 'to']
    const found = await savedCounts(resolve(dirname(path), objective.saved.path), objective, scenario)
    if ('problem' in found) {
      findings.push(error(at, `${objective.saved.path} ${found.problem}`))
      continue
    }
    objectives[index] = {...objective, saved: {...found.saved, path: objective.saved.path}}
    findings.push(...found.remarks.map((remark) => warning(at, `${objective.saved?.path} ${remark}`)))
  }
  return {objectives, findings}
}
