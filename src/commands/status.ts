import {BaseCommand} from '../base-command.js'

/** Shows the reference deployment: replicas with process ids, proxies, URLs. */
export default class Status extends BaseCommand {
  static override summary = 'Show the reference deployment: replicas with process ids, switches, URLs.'
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --json']

  async run(): Promise<unknown> {
    await this.parse(Status)
    const {readStatus} = await import('../run/read-status.js')
    const {describeStatus} = await import('../output/status.js')
    const status = await readStatus()
    this.log(describeStatus(status))
    return status
  }
}
