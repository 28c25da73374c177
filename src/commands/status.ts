import {BaseCommand} from '../base-command.js'
import {placeFlags} from '../cluster-flags.js'

/** Shows the reference deployment: replicas with process ids, proxies, URLs. */
export default class Status extends BaseCommand {
  static override summary = 'Show the reference deployment: replicas with process ids, switches, URLs.'
  static override usage = [
    'status [--json]',
    'status --on kubernetes [--context NAME] [--namespace NAME] [--json]',
  ]
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status --json',
    '<%= config.bin %> status --on kubernetes',
  ]
  static override flags = placeFlags

  async run(): Promise<unknown> {
    const {flags} = await this.parse(Status)
    if (flags.on) {
      const {statusOnCluster} = await import('../workflows/cluster-reference.js')
      const {text, json} = await statusOnCluster(flags, this.signal)
      this.log(text)
      return json
    }
    const {readStatus} = await import('../run/read-status.js')
    const {describeStatus} = await import('../output/status.js')
    const status = await readStatus()
    this.log(describeStatus(status))
    return status
  }
}
