import {dirname, join} from 'node:path'
import type {CapacityResult} from '../capacity/result.js'
import {readPageAssets} from '../output/page-assets.js'
import {layoutOf} from '../output/screen.js'
import {writeText} from '../output/write-reports.js'
import {markdownCapacity} from '../reporters/capacity/markdown.js'
import {capacityPage} from '../reporters/capacity/page.js'
import {terminalCapacity} from '../reporters/capacity/terminal.js'
import type {Stage} from './run-scenarios.js'

/** Files that a capacity is written to, beside its record, by the name that the user types. */
const files = {
  json: {name: 'capacity.json', render: (result: CapacityResult) => `${JSON.stringify(result, null, 2)}\n`},
  markdown: {name: 'capacity.md', render: markdownCapacity},
  html: {name: 'capacity.html', render: capacityPage},
} as const

/** Prints and writes the reports that were asked for. */
export const showCapacity = async (
  result: CapacityResult,
  recordPath: string,
  {report}: {report: readonly string[]},
  {print, terminal}: Pick<Stage, 'print' | 'terminal'>,
): Promise<void> => {
  if (report.includes('terminal')) {
    print(terminalCapacity(result, layoutOf(terminal)).trimEnd())
  }
  print(`record: ${recordPath}`)
  for (const format of ['json', 'markdown', 'html'] as const) {
    if (!report.includes(format)) continue
    const path = join(dirname(recordPath), files[format].name)
    await writeText(path, files[format].render(result, recordPath, await readPageAssets()))
    print(`report: ${path}`)
  }
}
