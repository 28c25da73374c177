import {BaseCommand} from '../base-command.js'
import {placeFlags} from '../cluster-flags.js'

/** Stops the reference deployment. */
export default class Down extends BaseCommand {
  static override summary = 'Stop the reference deployment that `up` started.'
  static override usage = [
    'down [--json]',
    'down --on kubernetes [--context NAME] [--namespace NAME] [--json]',
  ]
  static override examples = ['<%= config.bin %> down', '<%= config.bin %> down --on kubernetes']
  static override flags = placeFlags

  async run(): Promise<unknown> {
    const {flags} = await this.parse(Down)
    if (flags.on) {
      const {downOnCluster} = await import('../workflows/cluster-reference.js')
      const {text, json} = await downOnCluster(flags, this.signal)
      this.log(text)
      return json
    }
    const {stopReference} = await import('../targets/reference.js')
    const stopped = await stopReference()
    this.log(stopped ? 'The reference deployment is stopped.' : 'The reference deployment is not running.')
    return {stopped}
  }
}
