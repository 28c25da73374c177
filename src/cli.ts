import {fileURLToPath} from 'node:url'
import {Config} from '@oclif/core/config'
import {flush} from '@oclif/core/flush'
import {handle} from '@oclif/core/handle'
import {run} from '@oclif/core/run'
import {askedFor, notFound} from './command-asked.js'
import {exitCodes} from './exit-codes.js'
import {tellFailure} from './failure.js'

/** Runs the command that the process was called with; `dir` is the URL of the file that was started. */
export const execute = async ({dir}: {dir: string}): Promise<void> => {
  const words = process.argv.slice(2)
  try {
    await run(askedFor(words), dir)
    flush()
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    // With --help it is the help that finds none, and says so in other words.
    if (!/^command .* not found\.?$/is.test(error.message)) return await handle(error)
    // Only now: the commands that there are cost time to list.
    const {commands} = await Config.load(fileURLToPath(dir))
    const failure = notFound(
      words[0] === 'help' ? words.slice(1) : words,
      commands.map(({id}) => id),
    )
    tellFailure({...failure, exitCode: exitCodes.usage}, words.includes('--json'))
  }
}
