import {readFile} from 'node:fs/promises'
import {createRequire} from 'node:module'
import type {LiveAssets} from '../reporters/html/live-page.js'
import type {Assets} from '../reporters/reporter.js'
import {packageFile} from '../system/entry.js'

const require = createRequire(import.meta.url)

/** Reads a style or a script of our own. */
const own = async (name: string): Promise<string> => await readFile(packageFile(`assets/${name}`), 'utf8')

/** The parts of the page's script, in the order in which they build on each other. */
const scripts = ['ink', 'charts', 'heat-map', 'backdrop', 'time-plots', 'numbers', 'keys', 'paper', 'begin']

/** The page's script, as one. */
const readScript = async (): Promise<string> =>
  (await Promise.all(scripts.map((name) => own(`report/${name}.js`)))).join('')

/** Reads what a page is made of: our own style and script, and the plotting library's. */
export const readPageAssets = async (): Promise<Assets> => {
  const plots = async (name: string): Promise<string> =>
    await readFile(require.resolve(`uplot/dist/${name}`), 'utf8')
  const [css, js, plotCss, plotJs] = await Promise.all([
    own('report.css'),
    readScript(),
    plots('uPlot.min.css'),
    plots('uPlot.iife.min.js'),
  ])
  return {css, js, plotCss, plotJs}
}

/** Reads what a page to watch is made of. */
export const readLiveAssets = async (): Promise<LiveAssets> => ({
  ...(await readPageAssets()),
  watchJs: await own('watch.js'),
})
