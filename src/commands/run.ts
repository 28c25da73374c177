import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'
import {keyboardOf} from '../output/live/keyboard.js'
import {reporterNames} from '../reporters/index.js'
import {publishFlags, runFlags} from '../run-flags.js'

/** The experiment: load, faults, verdict, reports, exit code. */
export default class Run extends BaseCommand {
  static override summary =
    'Put a system under load, break it on purpose, and judge whether it kept its objectives.'
  static override description =
    'Exit codes: 0 pass, 1 fail, 2 wrong input, 3 inconclusive or invalid, 4 error, 5 something is still broken, ' +
    '130 interrupted with everything undone.'
  static override examples = [
    '<%= config.bin %> run scenarios/payment-slow.yaml',
    '<%= config.bin %> run scenarios/payment-slow.yaml --report junit --report markdown --seed 42',
    '<%= config.bin %> run scenarios/payment-slow.yaml --counterfactual',
    '<%= config.bin %> run scenarios/*.yaml --quiet --json',
  ]
  static override strict = false
  static override args = {
    scenario: Args.string({description: 'Scenario files.', required: true}),
  }
  static override flags = {
    ...runFlags,
    ...publishFlags,
    baseline: Flags.string({
      summary: 'Compare with this record, or with the newest of the scenario in this folder.',
      helpValue: 'RECORD',
    }),
    'metrics-port': Flags.integer({
      summary:
        'Serve the metrics of the load (shakedown_load_*) at http://127.0.0.1:PORT/metrics while it runs.',
      min: 1,
      max: 65535,
      helpValue: 'PORT',
    }),
    counterfactual: Flags.boolean({
      summary: "Switch the scenario's protections off: it must fail, or it proves nothing.",
    }),
    switch: Flags.string({
      summary: 'Set a protection switch for the whole run.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'order.breaker=off',
    }),
    report: Flags.option({
      summary:
        'Reports to make; all but terminal and github are written beside the record. html is one page with plots.',
      options: reporterNames,
      multiple: true,
      multipleNonGreedy: true,
      default: ['terminal'],
    })(),
  }

  async run(): Promise<unknown> {
    const {argv, flags} = await this.parse(Run)
    const {runScenarios} = await import('../workflows/run-scenarios.js')
    const results = await runScenarios(argv.map(String), flags, {
      signal: this.signal,
      print: (text) => this.log(text),
      progress: process.stderr,
      keyboard: keyboardOf(process.stdin),
      terminal: process.stdout,
    })
    process.exitCode = results.exitCode
    return results.json
  }
}
