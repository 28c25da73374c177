import {Args} from '@oclif/core'
import {BaseCommand} from '../base-command.js'

/** The JSON Schema of scenario or target files. */
export default class Schema extends BaseCommand {
  static override summary = 'Print the JSON Schema of scenario or target files, for editors.'
  static override examples = [
    '<%= config.bin %> schema > scenario.schema.json',
    '<%= config.bin %> schema target > target.schema.json',
  ]
  static override args = {
    file: Args.string({
      description: 'Which kind of file.',
      options: ['scenario', 'target'],
      default: 'scenario',
    }),
  }

  async run(): Promise<unknown> {
    const {args} = await this.parse(Schema)
    const [{jsonSchemas, printSchema}, {loadVocabulary}] = await Promise.all([
      import('../scenarios/json-schema.js'),
      import('../vocabulary.js'),
    ])
    const schema = jsonSchemas(await loadVocabulary())[args.file === 'target' ? 'target' : 'scenario']
    this.log(printSchema(schema))
    return schema
  }
}
