import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'
import {reporterNames} from '../reporters/index.js'
import {publishFlags} from '../run-flags.js'

/** Any report again, from a saved record. */
export default class ReportCommand extends BaseCommand {
  static override summary = 'Make any report again from a saved record.'
  static override description =
    'Exit codes: 0 the report was made, whatever the verdict; 2 wrong input, 4 error.'
  static override enableJsonFlag = false
  static override examples = [
    '<%= config.bin %> report .shakedown/runs/RUN/record.jsonl.gz',
    '<%= config.bin %> report .shakedown/runs/RUN/record.jsonl.gz --format junit --output report.xml',
    '<%= config.bin %> report .shakedown/runs/RUN --format markdown --baseline main-runs/',
  ]
  static override args = {
    record: Args.string({description: 'Record of a run, or the folder of the run.', required: true}),
  }
  static override flags = {
    output: Flags.string({char: 'o', summary: 'Write to this file instead.', helpValue: 'FILE'}),
    format: Flags.option({summary: 'Which report.', options: reporterNames, default: 'terminal' as const})(),
    baseline: Flags.string({
      summary: 'Compare with this record, or with the newest of the scenario in this folder (markdown).',
      helpValue: 'RECORD',
    }),
    ...publishFlags,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ReportCommand)
    const {reportRecord} = await import('../workflows/judge-record.js')
    const stream = flags.output === undefined ? process.stdout : {}
    const {text, replaced} = await reportRecord(args.record, flags, {stream, signal: this.signal})
    if (flags.output === undefined) return this.log(text)
    const {writeText} = await import('../output/write-reports.js')
    await writeText(flags.output, text, {replaced})
  }
}
