import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'

/** What changed between two runs. */
export default class Compare extends BaseCommand {
  static override summary = 'Compare two saved records of one scenario, with an interval on every change.'
  static override description =
    'A is what was, B what is now. Objective by objective, latency by request, failed attempts by edge: worse, better, ' +
    'same within the margin, or cannot tell, as of a run that was no whole experiment. Exit codes: 0 same or better, 1 worse, 2 wrong input, 3 cannot tell.'
  static override examples = [
    '<%= config.bin %> compare .shakedown/runs/BEFORE .shakedown/runs/AFTER',
    '<%= config.bin %> compare main.jsonl.gz branch.jsonl.gz --margin 5% --json',
  ]
  static override args = {
    a: Args.string({description: 'Record of a run, or the folder of the run: what was.', required: true}),
    b: Args.string({description: 'Record of a run, or the folder of the run: what is now.', required: true}),
  }
  static override flags = {
    margin: Flags.string({
      summary: 'Changes within this share of the error budget, the time limit or the latency are none.',
      default: '10%',
      helpValue: 'PERCENT',
    }),
    confidence: Flags.string({
      summary: 'Confidence of the intervals.',
      default: '95%',
      helpValue: 'PERCENT',
    }),
    gate: Flags.option({
      summary: 'What decides the exit code: the objectives, or every row.',
      options: ['objectives', 'all'] as const,
      default: 'objectives',
    })(),
    'allow-inconclusive': Flags.boolean({summary: 'Exit 0 where it cannot be told.'}),
  }

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Compare)
    const {compareSaved, percentFlag} = await import('../workflows/compare-records.js')
    const {comparison, text, exitCode} = await compareSaved(args.a, args.b, {
      confidence: percentFlag('confidence', flags.confidence, 0.5, 0.9999),
      margin: percentFlag('margin', flags.margin, 0, 1),
      gate: flags.gate,
      allowInconclusive: flags['allow-inconclusive'],
    })
    this.log(text)
    process.exitCode = exitCode
    return comparison
  }
}
