import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'

/** A dashboard for the metrics of runs. */
export default class DashboardCommand extends BaseCommand {
  static override summary =
    'Print a Grafana dashboard for the metrics of the load, the system and the results.'
  static override description =
    'Import it in Grafana (Dashboards, New, Import). The Prometheus is a variable of the dashboard; phases and faults ' +
    'appear when runs are started with --grafana. Exit codes: 0 printed, 2 wrong input, 4 error.'
  static override enableJsonFlag = false
  static override examples = [
    '<%= config.bin %> dashboard > shakedown.json',
    '<%= config.bin %> dashboard --output provisioning/dashboards/shakedown.json',
  ]
  static override flags = {
    output: Flags.string({char: 'o', summary: 'Write to this file instead.', helpValue: 'FILE'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(DashboardCommand)
    const {dashboard} = await import('../reporters/dashboard/dashboard.js')
    const text = JSON.stringify(dashboard(), null, 2)
    if (flags.output === undefined) return this.log(text)
    const {writeText} = await import('../output/write-reports.js')
    // Grafana looks into provisioned folders every few seconds.
    await writeText(flags.output, `${text}\n`, {replaced: true})
  }
}
