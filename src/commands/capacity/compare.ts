import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.js'

/** Whether a capacity has changed. */
export default class CapacityCompare extends BaseCommand {
  static override summary = 'Compare two capacities of one scenario, with the bounds of their ratio.'
  static override description =
    'A is what was, B what is now; intervals that overlap are the same. Exit codes: 0 same or better, 1 worse, ' +
    '2 wrong input, 3 nobody can tell.'
  static override examples = [
    '<%= config.bin %> capacity compare .shakedown/runs/BEFORE .shakedown/runs/AFTER',
  ]
  static override args = {
    a: Args.string({description: 'Capacity record, or the folder of its run: what was.', required: true}),
    b: Args.string({description: 'Capacity record, or the folder of its run: what is now.', required: true}),
  }
  static override flags = {
    'allow-inconclusive': Flags.boolean({summary: 'Exit 0 where it cannot be told.'}),
  }

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(CapacityCompare)
    const {compareCapacityRecords} = await import('../../workflows/capacity-compare.js')
    const {comparison, text, exitCode} = await compareCapacityRecords(args.a, args.b, {
      allowInconclusive: flags['allow-inconclusive'],
    })
    this.log(text)
    process.exitCode = exitCode
    return comparison
  }
}
