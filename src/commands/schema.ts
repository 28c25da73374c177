import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'
import {UserError} from '../errors.js'

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

  static override flags = {
    format: Flags.option({
      summary: 'The schema, or its keys as tables for the documentation.',
      options: ['json', 'markdown'] as const,
      default: 'json' as const,
    })(),
  }

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Schema)
    if (flags.format === 'markdown' && this.jsonEnabled())
      throw new UserError('--format markdown is no JSON: leave it or --json out')
    const [{jsonSchemas, printSchema}, {schemaTables}, {loadVocabulary}] = await Promise.all([
      import('../scenarios/json-schema.js'),
      import('../scenarios/schema-tables.js'),
      import('../workflows/vocabulary.js'),
    ])
    const schema = jsonSchemas(await loadVocabulary())[args.file === 'target' ? 'target' : 'scenario']
    this.log(flags.format === 'json' ? printSchema(schema) : schemaTables(schema))
    return schema
  }
}
