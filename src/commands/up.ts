import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'
import {placeFlags} from '../cluster-flags.js'

/** Starts the reference deployment and leaves it running. */
export default class Up extends BaseCommand {
  static override summary = 'Start the reference deployment and leave it running until `down`.'
  static override usage = [
    'up [--seed NUMBER] [--replicas SERVICE=COUNT]... [--toxiproxy URL] [--control-port PORT] [--json]',
    'up --on kubernetes [--seed NUMBER] [--context NAME] [--namespace NAME] [--registry REGISTRY] [--wait SECONDS] [--allow-production] [--target-file FILE] [--json]',
  ]
  static override examples = [
    '<%= config.bin %> up',
    '<%= config.bin %> up --toxiproxy http://127.0.0.1:8474',
    '<%= config.bin %> up --control-port 9500',
    '<%= config.bin %> up --replicas catalog=4',
    '<%= config.bin %> up --on kubernetes --context kind-shop',
    '<%= config.bin %> up --json',
  ]
  static override flags = {
    toxiproxy: Flags.string({
      exclusive: ['on'],
      summary: 'URL of a Toxiproxy to go through in place of our own.',
      helpValue: 'URL',
    }),
    'control-port': Flags.integer({
      exclusive: ['on'],
      summary: 'Fixed port of the control API, whose /sd a Prometheus can discover the services by.',
      min: 1,
      max: 65_535,
      helpValue: 'PORT',
    }),
    replicas: Flags.string({
      exclusive: ['on'],
      summary: 'How many replicas of a service run, in place of the usual number.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'catalog=4',
    }),
    seed: Flags.integer({
      summary: 'Seed of every random choice of the services.',
      min: 0,
      default: 1,
      helpValue: 'NUMBER',
    }),
    ...placeFlags,
    registry: Flags.string({
      summary: "On a cluster: where all images are, in place of a local one of ours and the makers' own.",
      helpValue: 'registry.example.org/team',
      dependsOn: ['on'],
    }),
    wait: Flags.integer({
      summary: 'On a cluster: seconds that its parts may take until they are ready; 120 by default.',
      min: 1,
      helpValue: 'SECONDS',
      dependsOn: ['on'],
    }),
    'allow-production': Flags.boolean({
      summary: 'On a cluster whose name looks like production: do it all the same.',
      dependsOn: ['on'],
    }),
    'target-file': Flags.string({
      summary:
        'On a cluster: where its target file is written; .shakedown/reference-on-kubernetes.yaml by default.',
      helpValue: 'FILE',
      dependsOn: ['on'],
    }),
  }

  async run(): Promise<unknown> {
    const {flags} = await this.parse(Up)
    if (flags.on) {
      const {upOnCluster} = await import('../workflows/cluster-reference.js')
      const {text, json} = await upOnCluster(flags, this.signal)
      this.log(text)
      return json
    }
    const {upReference} = await import('../targets/reference.js')
    const {parseReplicaCounts} = await import('../scenarios/replica-flags.js')
    const {describeUp} = await import('../output/status.js')
    const {toxiproxy: toxiproxyUrl, 'control-port': controlPort, seed} = flags
    const replicas = parseReplicaCounts(flags.replicas ?? [])
    const target = await upReference({
      seed,
      replicas,
      signal: this.signal,
      ...(toxiproxyUrl ? {toxiproxyUrl} : {}),
      ...(controlPort ? {controlPort} : {}),
    })
    this.log(describeUp(target))
    return target
  }
}
