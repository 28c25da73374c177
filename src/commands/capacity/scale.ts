import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.js'

/** Capacity against replicas. */
export default class CapacityScale extends BaseCommand {
  static override summary = 'Fit the Universal Scalability Law to capacities found at several sizes.'
  static override description =
    'Each argument is a number of replicas and the capacity record that was made with it. The law explains what was ' +
    'measured; it foretells nothing beyond 1.5 times the largest size.'
  static override examples = ['<%= config.bin %> capacity scale 1=ONE/ 2=TWO/ 4=FOUR/ --price 0.12/h']
  static override strict = false
  static override args = {
    size: Args.string({description: 'REPLICAS=RECORD, two or more of them.', required: true}),
  }
  static override flags = {
    price: Flags.string({summary: 'Price of one replica.', helpValue: '0.12/h'}),
    html: Flags.string({summary: 'Write a page with the plot to this file.', helpValue: 'FILE'}),
    markdown: Flags.string({summary: 'Write a table in Markdown to this file.', helpValue: 'FILE'}),
  }

  async run(): Promise<unknown> {
    const {argv, flags} = await this.parse(CapacityScale)
    const {scaleCapacities} = await import('../../workflows/capacity-scale.js')
    const {json, text} = await scaleCapacities(argv.map(String), flags)
    this.log(text)
    for (const path of [flags.html, flags.markdown]) if (path !== undefined) this.log(`report: ${path}`)
    return json
  }
}
