import * as Args from '@oclif/core/args'
import {BaseCommand} from '../base-command.js'

/** What can be injected, with options and examples. */
export default class Faults extends BaseCommand {
  static override summary =
    'List the faults that can be injected, or show one with its options and an example.'
  static override examples = [
    '<%= config.bin %> faults',
    '<%= config.bin %> faults latency',
    '<%= config.bin %> faults --json',
  ]
  static override args = {
    fault: Args.string({description: 'Show this one in full.'}),
  }

  async run(): Promise<unknown> {
    const {args} = await this.parse(Faults)
    const {describeFaults} = await import('../workflows/describe-faults.js')
    const {text, json} = await describeFaults(args.fault, process.stdout.columns ?? 100)
    this.log(text)
    return json
  }
}
