import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'
import {clusterFlags} from '../run-flags.js'

/** The dry run: what would happen when, to what, and what undoes it. */
export default class PlanCommand extends BaseCommand {
  static override summary = 'Dry run: what would happen when, to what, and what undoes it. Touches nothing.'
  static override examples = [
    '<%= config.bin %> plan scenarios/payment-slow.yaml',
    '<%= config.bin %> plan scenarios/replica-lost.yaml --seed 42 --json',
    '<%= config.bin %> plan scenarios/payment-slow.yaml --target targets/staging.yaml',
  ]
  static override args = {
    scenario: Args.string({description: 'Scenario file.', required: true}),
  }
  static override flags = {
    target: Flags.string({
      summary: 'Another target than the scenario names: reference, or a target file.',
      helpValue: 'FILE',
    }),
    engine: Flags.string({summary: 'Another load engine than the scenario names.', helpValue: 'NAME'}),
    context: clusterFlags.context,
    seed: Flags.integer({
      summary: 'The random choices of this seed; a fresh one by default.',
      min: 0,
      helpValue: 'NUMBER',
    }),
    counterfactual: Flags.boolean({summary: "With the scenario's protections switched off."}),
    switch: Flags.string({
      summary: 'Set a protection switch for the whole run.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'order.breaker=off',
    }),
  }

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(PlanCommand)
    const {planFile} = await import('../workflows/plan-file.js')
    const {plan, text} = await planFile(args.scenario, flags, this.signal)
    this.log(text)
    return plan
  }
}
