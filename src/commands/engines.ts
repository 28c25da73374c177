import * as Args from '@oclif/core/args'
import {BaseCommand} from '../base-command.js'

/** What can make the load, and what each engine can do. */
export default class Engines extends BaseCommand {
  static override summary =
    'List the load engines, or show one with what it can do, what it needs and an example.'
  static override examples = [
    '<%= config.bin %> engines',
    '<%= config.bin %> engines autocannon',
    '<%= config.bin %> engines ./my-engine.js',
    '<%= config.bin %> engines --json',
  ]
  static override args = {
    engine: Args.string({description: 'Show this one in full.'}),
  }

  async run(): Promise<unknown> {
    const {args} = await this.parse(Engines)
    const {describeEngines} = await import('../workflows/describe-engines.js')
    const {text, json} = await describeEngines(args.engine, process.stdout.columns ?? 100)
    this.log(text)
    return json
  }
}
