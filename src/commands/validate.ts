import * as Args from '@oclif/core/args'
import {BaseCommand} from '../base-command.js'
import {exitCodes} from '../exit-codes.js'

/** Every problem in every scenario file, with positions. */
export default class Validate extends BaseCommand {
  static override summary = 'Check scenario files: every problem, with file, line and column.'
  static override description = 'Exit codes: 0 all files are right, 2 at least one is not.'
  static override examples = [
    '<%= config.bin %> validate scenarios/payment-slow.yaml',
    '<%= config.bin %> validate scenarios/*.yaml --json',
  ]
  static override strict = false
  static override args = {
    scenario: Args.string({description: 'Scenario files.', required: true}),
  }

  async run(): Promise<unknown> {
    const {argv} = await this.parse(Validate)
    const [{describeFile, validateFiles}, {loadVocabulary}] = await Promise.all([
      import('../scenarios/validate.js'),
      import('../workflows/vocabulary.js'),
    ])
    const files = await validateFiles(argv.map(String), await loadVocabulary())
    for (const file of files) this.log(describeFile(file))
    if (files.some(({ok}) => !ok)) process.exitCode = exitCodes.usage
    return {files}
  }
}
