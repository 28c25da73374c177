import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'

/** Says what works here, and what to do about the rest. */
export default class Doctor extends BaseCommand {
  static override summary = 'Say what works on this machine, and what to do about the rest.'
  static override description = 'Exit 0 when everything needed is there, 4 when something needed is missing.'
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --prometheus http://127.0.0.1:9090 --toxiproxy http://127.0.0.1:8474',
  ]
  static override flags = {
    prometheus: Flags.string({summary: 'URL of a Prometheus to try.', helpValue: 'URL'}),
    toxiproxy: Flags.string({summary: 'URL of a Toxiproxy to try.', helpValue: 'URL'}),
  }

  async run(): Promise<unknown> {
    const {flags} = await this.parse(Doctor)
    const {examine} = await import('../workflows/examine.js')
    const {findings, exitCode} = await examine({
      prometheusUrl: flags.prometheus,
      toxiproxyUrl: flags.toxiproxy,
    })
    for (const {name, state, message} of findings) this.log(`${state.padEnd(8)} ${name}: ${message}`)
    process.exitCode = exitCode
    return {findings}
  }
}
