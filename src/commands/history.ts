import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'

/** What earlier runs showed. */
export default class HistoryCommand extends BaseCommand {
  static override summary = 'List saved runs with their verdicts, or draw one objective over them.'
  static override description =
    'Verdicts are kept beside the records (record.verdict.json) and made again when the record or the version has ' +
    'changed. Exit codes: 0 listed, whatever the verdicts; 2 wrong input, 4 error.'
  static override examples = [
    '<%= config.bin %> history',
    '<%= config.bin %> history artifacts/ --scenario payment-slow --limit 50',
    "<%= config.bin %> history --objective 'checkout answers in time' --json",
  ]
  static override args = {
    folder: Args.string({
      description: 'Folder with records, or with folders of runs.',
      default: '.shakedown/runs',
    }),
  }
  static override flags = {
    objective: Flags.string({summary: 'Draw this objective over the runs.', helpValue: 'NAME'}),
    scenario: Flags.string({summary: 'Only runs of this scenario.', helpValue: 'NAME'}),
    limit: Flags.integer({
      summary: 'Only the newest so many runs.',
      default: 30,
      min: 1,
      helpValue: 'NUMBER',
    }),
    fresh: Flags.boolean({summary: 'Judge every record again.'}),
  }

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(HistoryCommand)
    const {showHistory} = await import('../workflows/history/history.js')
    const {history, text} = await showHistory({...flags, ...args}, process.stdout, this.signal)
    this.log(text)
    return history
  }
}
