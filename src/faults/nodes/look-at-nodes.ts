import type {Evidence, World} from '../fault.js'
import type {Cordon} from './cordon.js'

/** Whether the nodes of a cordon take no pods now, and did before. */
export const lookAtNodes = async ({nodes, before}: Cordon, {cluster}: World): Promise<Evidence> => {
  const evidence: Evidence = {bit: 'yes', observations: [], numbers: {}}
  const say = (bit: boolean, words: string): void => {
    evidence.observations.push(words)
    if (!bit) evidence.bit = 'no'
  }
  for (const name of before) say(false, `node ${name} was cordoned before the fault began`)
  const now = await cluster().nodes()
  for (const [name, uid] of Object.entries(nodes)) {
    const node = now.find((one) => one.name === name)
    if (node?.uid !== uid) say(false, `node ${name} is gone`)
    else if (node.unschedulable) say(true, `node ${name} takes no new pods`)
    else say(false, `node ${name} takes pods: somebody uncordoned it`)
  }
  return evidence
}
