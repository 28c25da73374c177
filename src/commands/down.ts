import {BaseCommand} from '../base-command.js'

/** Stops the reference deployment. */
export default class Down extends BaseCommand {
  static override summary = 'Stop the reference deployment that `up` started.'
  static override examples = ['<%= config.bin %> down']

  async run(): Promise<unknown> {
    await this.parse(Down)
    const {stopReference} = await import('../targets/reference.js')
    const stopped = await stopReference()
    this.log(stopped ? 'The reference deployment is stopped.' : 'The reference deployment is not running.')
    return {stopped}
  }
}
