import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'

/** PromQL over a saved record. */
export default class Query extends BaseCommand {
  static override summary = 'Answer a PromQL expression from a saved record, offline.'
  static override description =
    'Evaluated once, at the end of the record or of the phase; step by step with --start, --end or --step. $phase in the ' +
    'expression is the length of the phase. Times are +30s (after the first request), 2026-01-31T12:00:00Z, or seconds ' +
    'since 1970. Exit codes: 0 answered, 2 wrong input, 3 the answer is empty, 4 error.'
  static override examples = [
    "<%= config.bin %> query 'sum by (job) (up)' --record .shakedown/runs/RUN",
    "<%= config.bin %> query 'increase(http_requests_total[$phase])' --record .shakedown/runs/RUN --phase fault",
    "<%= config.bin %> query 'sum(rate(http_requests_total[5s]))' --record .shakedown/runs/RUN --phase fault --step 1s",
  ]
  static override args = {
    expression: Args.string({description: 'PromQL expression.', required: true}),
  }
  static override flags = {
    record: Flags.string({
      summary: 'Record of a run, or the folder of the run.',
      helpValue: 'RECORD',
      required: true,
    }),
    phase: Flags.string({
      summary: 'warm-up, baseline, fault or recovery: its end, or all of it with --step.',
    }),
    time: Flags.string({summary: 'Evaluate at this time.', helpValue: 'TIME'}),
    start: Flags.string({summary: 'Evaluate from this time on.', helpValue: 'TIME'}),
    end: Flags.string({summary: 'Evaluate up to this time.', helpValue: 'TIME'}),
    step: Flags.string({summary: 'Evaluate once each step.', helpValue: 'DURATION'}),
    lookback: Flags.string({
      summary: 'How old a sample may be; by default three scrape intervals, as in verdicts.',
      helpValue: 'DURATION',
    }),
  }

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Query)
    const {queryRecord} = await import('../workflows/query-record.js')
    const {text, json, exitCode} = await queryRecord(args.expression, flags)
    this.log(text)
    process.exitCode = exitCode
    return json
  }
}
