import type {Storage} from '../../src/promql/index.js'
import {parseCommands} from '../../src/promql/promqltest/commands.js'
import {createDataset} from '../../src/promql/promqltest/dataset.js'

/** A storage with the series of a `load` block: `storageOf('10s', 'up{job="a"} 1 2 _ stale', ...)`. */
export const storageOf = (every: string, ...series: string[]): Storage => {
  const data = createDataset()
  for (const command of parseCommands(`load ${every}\n  ${series.join('\n  ')}`)) {
    if (command.kind === 'load') data.load(command)
  }
  return data.storage()
}
