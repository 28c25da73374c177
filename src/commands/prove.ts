import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'
import {keyboardOf} from '../output/live/keyboard.js'
import {runFlags} from '../run-flags.js'

/** Whether a scenario can fail: with and without the protection that it is about. */
export default class Prove extends BaseCommand {
  static override summary = 'Prove that a protection works, and that the scenario would notice if it did not.'
  static override description =
    'Runs each scenario with its protection and, where that passes, again with it switched off (its counterfactual); ' +
    'both begin without the fault. Proven: it holds with the protection and is missed, where it must be, without. ' +
    'Disproven: it is missed with the protection on. Vacuous: it holds without, too. ' +
    'Exit codes: 0 all proven, 1 disproven or vacuous, 2 wrong input, 3 undecided, 4 error, 5 something is still ' +
    'broken, 130 interrupted with everything undone.'
  static override examples = [
    '<%= config.bin %> prove scenarios/payment-slow.yaml',
    '<%= config.bin %> prove scenarios/*.yaml --report markdown --report junit --quiet',
  ]
  static override strict = false
  static override args = {
    scenario: Args.string({description: 'Scenario files, each with a counterfactual.', required: true}),
  }
  static override flags = {
    ...runFlags,
    report: Flags.option({
      summary: 'Reports to make; all but terminal are files in the output folder.',
      options: ['terminal', 'json', 'junit', 'markdown', 'html'] as const,
      multiple: true,
      multipleNonGreedy: true,
      default: ['terminal'],
    })(),
  }

  async run(): Promise<unknown> {
    const {argv, flags} = await this.parse(Prove)
    const {proveScenarios} = await import('../workflows/prove-scenarios.js')
    const results = await proveScenarios(argv.map(String), flags, {
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
