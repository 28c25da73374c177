import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'
import {reporterNames} from '../reporters/index.js'

/** Any report again, from a saved record. */
export default class ReportCommand extends BaseCommand {
  static override summary = 'Make any report again from a saved record.'
  static override description =
    'Exit codes: 0 the report was made, whatever the verdict; 2 wrong input, 4 error.'
  static override enableJsonFlag = false
  static override examples = [
    '<%= config.bin %> report .shakedown/runs/RUN/record.jsonl.gz',
    '<%= config.bin %> report .shakedown/runs/RUN/record.jsonl.gz --format junit --output report.xml',
  ]
  static override args = {
    record: Args.string({description: 'Record of a run.', required: true}),
  }
  static override flags = {
    format: Flags.option({summary: 'Which report.', options: reporterNames, default: 'terminal' as const})(),
    output: Flags.string({char: 'o', summary: 'Write to this file instead.', helpValue: 'FILE'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ReportCommand)
    const {reportRecord} = await import('../workflows/judge-record.js')
    const stream = flags.output === undefined ? process.stdout : {}
    const text = await reportRecord(args.record, flags.format, stream)
    if (flags.output === undefined) return this.log(text)
    const {writeText} = await import('../output/write-reports.js')
    await writeText(flags.output, text)
  }
}
