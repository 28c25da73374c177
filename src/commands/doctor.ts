import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'

/** Says what works here, and what to do about the rest. */
export default class Doctor extends BaseCommand {
  static override summary = 'Say what works on this machine, and what to do about the rest.'
  static override description = `Exit 0 when everything needed is there, 4 when something needed is missing.
With --on kubernetes it asks the cluster of the target for every right that the scenarios need, and prints the roles that give those that are missing.`
  static override strict = false
  static override usage = [
    'doctor [--prometheus URL] [--toxiproxy URL] [--json]',
    'doctor [SCENARIO...] --on kubernetes --target FILE [--context NAME] [--prometheus URL] [--toxiproxy URL] [--json]',
  ]
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --prometheus http://127.0.0.1:9090 --toxiproxy http://127.0.0.1:8474',
    '<%= config.bin %> doctor scenarios/gateway-pod-deleted.yaml --on kubernetes --target shop.yaml',
  ]
  static override flags = {
    prometheus: Flags.string({summary: 'URL of a Prometheus to try.', helpValue: 'URL'}),
    toxiproxy: Flags.string({summary: 'URL of a Toxiproxy to try.', helpValue: 'URL'}),
    on: Flags.option({options: ['kubernetes'] as const, dependsOn: ['target']})({
      summary: 'Where the target runs: asks its cluster what this account may do there.',
    }),
    target: Flags.string({summary: 'Target file that names the cluster.', helpValue: 'FILE'}),
    context: Flags.string({
      summary: 'Another context of the kubeconfig.',
      helpValue: 'NAME',
      dependsOn: ['on'],
    }),
  }

  async run(): Promise<unknown> {
    const {flags, argv} = await this.parse(Doctor)
    const {examine, clusterAsked} = await import('../workflows/examine.js')
    const {findings, exitCode, yaml} = await examine(
      {
        prometheusUrl: flags.prometheus,
        toxiproxyUrl: flags.toxiproxy,
        cluster: clusterAsked(flags, argv.map(String)),
      },
      this.signal,
    )
    for (const {name, state, message} of findings) this.log(`${state.padEnd(8)} ${name}: ${message}`)
    if (yaml) this.log(`\nThese roles give what is missing; name your account in them:\n\n${yaml}`)
    process.exitCode = exitCode
    return {findings, ...(yaml ? {missingRights: yaml} : {})}
  }
}
