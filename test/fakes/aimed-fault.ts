import type {Aimed, Evidence, Fault, World} from '../../src/faults/fault.js'
import {loadFaults} from '../../src/faults/index.js'
import type {PlannedFault} from '../../src/plan/plan.js'
import type {Target} from '../../src/scenarios/target.js'
import type {Json} from '../../src/system/json.js'
import {seededRandom} from '../../src/system/random.js'

const faults = await loadFaults()

/** One fault by hand, from its aim to its undo, as a run would call it. */
export const aimedFault = (
  name: string,
  asked: Json,
  target: Target,
  world: World,
  {id = 'f1', startMs = 0, endMs = 20_000, seed = 1} = {},
) => {
  // Its options are parsed by its own schema.
  const fault = faults[name] as Fault
  const options = fault.options.parse(asked)
  const aim = fault.aim(options, target, seededRandom(seed), endMs - startMs)
  const planned: PlannedFault = {id, fault: name, options, startMs, endMs, aim}
  const aimed = planned as Aimed<Json>
  return {
    planned,
    prepare: (): Promise<Json> => fault.prepare(aimed, world),
    inject: (inverse: Json): Promise<void> => fault.inject(aimed, inverse, world),
    observe: (inverse: Json): Promise<Evidence> => fault.observe(aimed, inverse, world, {level: 1}),
    undo: (inverse: Json): Promise<void> => fault.undo(inverse, world),
    remedy: (inverse: Json): string => fault.remedy(inverse, target),
  }
}
