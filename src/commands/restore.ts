import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'

/** Undoes what an earlier run left behind. */
export default class Restore extends BaseCommand {
  static override summary = 'Undo what an earlier run left behind.'
  static override description =
    'A run undoes its faults itself, and a watchdog does when it is killed; this does the same by hand. Exit 0 when nothing is left, 5 when something could not be undone.'
  static override examples = [
    '<%= config.bin %> restore',
    '<%= config.bin %> restore --dry-run',
    '<%= config.bin %> restore --toxiproxy http://localhost:8474 --dry-run',
  ]
  static override flags = {
    'dry-run': Flags.boolean({summary: 'Only say what is left.'}),
    run: Flags.string({summary: 'Only what this run left.', helpValue: 'RUN-ID'}),
    toxiproxy: Flags.string({
      summary: 'Also look on this Toxiproxy for toxics of runs whose state directory is lost.',
      helpValue: 'URL',
    }),
    target: Flags.string({
      summary:
        'Also look in the namespace of this target, and on nodes, for what such runs left in a cluster.',
      helpValue: 'FILE',
    }),
    orphans: Flags.boolean({
      summary: 'Remove what --toxiproxy or --target finds of any run: none of them goes on, for nobody.',
    }),
  }

  async run(): Promise<unknown> {
    const {flags} = await this.parse(Restore)
    const {restoreLeftovers} = await import('../workflows/restore-leftovers.js')
    const {text, exitCode, json} = await restoreLeftovers(flags, this.signal)
    this.log(text)
    process.exitCode = exitCode
    return json
  }
}
