import type {Evidence, World} from '../fault.js'
import type {Plot} from './cut.js'
import {evidenceOf} from './probe-evidence.js'
import {readProbe, untilProbed} from './probe-pod.js'
import {sideOf} from './side.js'

/** A try that is cut takes a second for each address, and one more to the next. */
const newLines = 2
const limitMs = 9_000

/** Pods of the caller that came after the cut are known by no address in it. */
const newcomers = async ({from, made}: Plot, world: World): Promise<string[]> => {
  if (from === null) return []
  const [first] = made
  const policy = await world
    .cluster()
    .objects.read('networking.k8s.io/v1', 'NetworkPolicy', first?.name ?? '')
  const known = JSON.stringify(policy?.['spec'] ?? {})
  const {pods} = await sideOf(from, world)
  return pods.filter(({ip}) => ip !== undefined && !known.includes(`"${ip}/`)).map(({name}) => name)
}

const unknown = (why: string): Evidence => ({bit: 'unknown', observations: [why], numbers: {}})

/** Whether the cut bites, as its probe tells. A cluster that enforces no policies takes ours and does nothing. */
export const lookAtCut = async (plot: Plot, world: World): Promise<Evidence> => {
  const {probe, to, tried, direction} = plot
  if (!probe)
    return unknown(`nobody tries whether ${to} is cut off: name an image as \`probe\`, and a \`port\``)
  const before = await readProbe(probe.name, world)
  const lines = await untilProbed(probe.name, {lines: before.length + newLines, limitMs}, world)
  const evidence = evidenceOf(lines, before.length)
  const {pods} = await sideOf(to, world)
  if (evidence.bit === 'yes' && !pods.some(({uid, ready}) => ready && tried.includes(uid))) {
    return {
      ...evidence,
      bit: 'unknown',
      observations: [`the pods of ${to} that the probe tried are gone or not ready`],
    }
  }
  const late = direction === 'ingress' ? await newcomers(plot, world) : []
  if (late.length === 0) return evidence
  const words = `${late.join(', ')} came after the cut: where policies match addresses, they may pass`
  return {...evidence, observations: [...evidence.observations, words]}
}
