import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'
import {exitCodeOf} from '../exit-codes.js'
import {exitLine} from '../reporters/exit-line.js'

/** The verdict again, from a saved record. */
export default class Judge extends BaseCommand {
  static override summary = 'Judge a saved record again, offline, also with changed objectives.'
  static override description =
    'Exit codes: 0 pass, 1 fail, 2 wrong input, 3 inconclusive or invalid, 4 error, 5 something is still broken, ' +
    '130 interrupted.'
  static override examples = [
    '<%= config.bin %> judge .shakedown/runs/RUN/record.jsonl.gz',
    '<%= config.bin %> judge .shakedown/runs/RUN/record.jsonl.gz --scenario scenarios/payment-slow.yaml --json',
  ]
  static override args = {
    record: Args.string({description: 'Record of a run, or the folder of the run.', required: true}),
  }
  static override flags = {
    scenario: Flags.string({
      summary: 'Judge by the objectives of this file, not by those recorded.',
      helpValue: 'FILE',
    }),
    'allow-inconclusive': Flags.boolean({summary: 'Exit 0 where inconclusive and invalid would exit 3.'}),
  }

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Judge)
    const {judgeRecord} = await import('../workflows/judge-record.js')
    const {verdict, text} = await judgeRecord(args.record, flags.scenario, process.stdout)
    this.log(text)
    const exitCode = exitCodeOf(verdict.outcome, {allowInconclusive: flags['allow-inconclusive']})
    const why = exitLine(verdict.outcome, exitCode)
    if (why !== undefined) this.log(why)
    process.exitCode = exitCode
    return verdict
  }
}
