import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'

/** What a cluster needs to make the load of a scenario. */
export default class Manifests extends BaseCommand {
  static override summary =
    'Write what makes the load of a scenario in a cluster: a TestRun of the k6-operator, and its files.'
  static override description =
    'Only the load: faults and objectives stay with `run`. A flag comes before what the scenario says of its pods (`load.kubernetes`). The same scenario, seed and flags write the same files.'
  static override examples = [
    '<%= config.bin %> manifests checkout.yaml --output cluster --runners 4 --namespace load',
    '<%= config.bin %> manifests checkout.yaml --output cluster --target targets/staging.yaml --remote-write http://prometheus.monitoring:9090/api/v1/write',
  ]
  static override args = {
    scenario: Args.string({description: 'Scenario file.', required: true}),
  }
  static override flags = {
    output: Flags.string({summary: 'Folder for the files.', required: true, helpValue: 'DIR'}),
    target: Flags.string({summary: 'Another target than the scenario names: a target file.'}),
    seed: Flags.integer({summary: 'The random choices of this seed; a fresh one by default.', min: 0}),
    runners: Flags.integer({summary: 'Pods that share the load (2).', min: 1, max: 1000}),
    namespace: Flags.string({summary: "Namespace; by default that of kubectl's context."}),
    image: Flags.string({summary: 'Image of the runners: k6 1.5 or later, with a shell (grafana/k6:2.1.0).'}),
    cpu: Flags.string({summary: 'CPU that each runner asks for (1).', helpValue: '500m'}),
    memory: Flags.string({
      summary: 'Memory of each runner; by default what its virtual users need.',
      helpValue: '2Gi',
    }),
    'remote-write': Flags.string({
      summary: 'Prometheus that the runners write their metrics to.',
      helpValue: 'URL',
    }),
    separate: Flags.boolean({summary: 'Each runner on a node of its own.', default: false}),
    claim: Flags.string({
      summary: 'Volume claim that holds the files, where they are too large for a ConfigMap.',
      helpValue: 'NAME',
    }),
  }

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Manifests)
    const {writeManifests} = await import('../workflows/write-manifests.js')
    const {text, json} = await writeManifests(args.scenario, flags, this.signal)
    this.log(text)
    return json
  }
}
