import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'

/** Starts the reference deployment and leaves it running. */
export default class Up extends BaseCommand {
  static override summary = 'Start the reference deployment and leave it running until `down`.'
  static override examples = [
    '<%= config.bin %> up',
    '<%= config.bin %> up --toxiproxy http://127.0.0.1:8474',
    '<%= config.bin %> up --control-port 9500',
    '<%= config.bin %> up --replicas catalog=4',
    '<%= config.bin %> up --json',
  ]
  static override flags = {
    toxiproxy: Flags.string({
      summary: 'URL of a Toxiproxy to go through in place of our own.',
      helpValue: 'URL',
    }),
    'control-port': Flags.integer({
      summary: 'Fixed port of the control API, whose /sd a Prometheus can discover the services by.',
      min: 1,
      max: 65_535,
    }),
    replicas: Flags.string({
      summary: 'How many replicas of a service run, in place of the usual number.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'catalog=4',
    }),
    seed: Flags.integer({summary: 'Seed of every random choice of the services.', min: 0, default: 1}),
  }

  async run(): Promise<unknown> {
    const {flags} = await this.parse(Up)
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
