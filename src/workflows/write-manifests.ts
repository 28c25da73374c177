import {join} from 'node:path'
import {manifestsOf} from '../engines/k6-operator/manifests.js'
import {checkOrder} from '../engines/k6-operator/order.js'
import {writeText} from '../output/write-reports.js'
import {planExperiment} from '../run/experiment.js'
import {loadScenario} from '../scenarios/load.js'
import {loadVocabulary} from './vocabulary.js'

/** The flags of `manifests`, as parsed. */
export interface ManifestFlags {
  output: string
  target?: string | undefined
  seed?: number | undefined
  runners?: number | undefined
  namespace?: string | undefined
  image?: string | undefined
  cpu?: string | undefined
  memory?: string | undefined
  'remote-write'?: string | undefined
  separate: boolean
  claim?: string | undefined
}

/** Writes the manifests of a scenario's load; throws UserError for what cannot run in a cluster. */
export const writeManifests = async (
  path: string,
  flags: ManifestFlags,
  signal: AbortSignal,
): Promise<{text: string; json: unknown}> => {
  const {scenario, source} = await loadScenario(path, await loadVocabulary())
  const order = checkOrder({...flags, remoteWrite: flags['remote-write']}, scenario.load.cluster)
  const asked = {target: flags.target, engine: 'k6-operator', seed: flags.seed}
  const experiment = {scenario, source, ...asked, counterfactual: false, switches: {}, outputDir: ''}
  const plan = await planExperiment(experiment, signal)
  const manifests = manifestsOf(plan, order)
  const paths = Object.keys(manifests).map((file) => join(flags.output, file))
  for (const [file, text] of Object.entries(manifests)) await writeText(join(flags.output, file), text)
  const thresholds =
    order.runners > 1 && plan.scenario.load.script !== undefined
      ? ['Thresholds of the script are switched off: each runner would judge its own share of the data.']
      : []
  const next =
    order.claim === undefined
      ? `Apply them with: kubectl apply --server-side -f ${flags.output}`
      : `Copy ${join(flags.output, 'test')} onto the claim ${order.claim}, then: kubectl apply -f ${join(flags.output, 'testrun.yaml')}`
  return {
    text: [...paths, `Seed ${plan.seed}.`, ...thresholds, next].join('\n'),
    json: {files: paths, seed: plan.seed},
  }
}
