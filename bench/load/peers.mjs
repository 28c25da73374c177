// The other generators, where they are installed.
import {execFileSync} from 'node:child_process'
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {startPinned, succeeds} from './machine.mjs'

const autocannonPath = fileURLToPath(new URL('../../node_modules/autocannon/autocannon.js', import.meta.url))
export const autocannonCommand = [process.execPath, autocannonPath, '-j']

export const has = {
  wrk: () => succeeds('which', 'wrk'),
  hey: () => succeeds('which', 'hey'),
  autocannon: () => existsSync(autocannonPath),
}

/** The k6 whose paths were given, by their versions: `k6 v2.1.0`. */
export const k6Versions = ({k6}) =>
  k6
    .split(',')
    .filter((path) => path !== '')
    .map((path) => {
      const version =
        /v\d\S*/.exec(execFileSync(path, ['version'], {encoding: 'utf8'}))?.[0] ?? '(version unknown)'
      return {name: `k6 ${version}`, path}
    })

const script = (url, scenario) => `import http from 'k6/http'
export const options = {
  scenarios: {main: ${JSON.stringify(scenario)}},
  summaryTrendStats: ['p(50)', 'p(90)', 'p(99)', 'p(99.9)', 'count'],
  discardResponseBodies: true,
}
export default () => http.get('${url}')
export const handleSummary = (data) => ({[__ENV.SUMMARY]: JSON.stringify(data)})
`

/** Starts k6 with a scenario; `metrics` resolves with those of its summary, undefined when it wrote none. */
export const startK6 = (core, path, url, scenario, limitMs) => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-bench-'))
  const [file, summary] = [join(folder, 'script.js'), join(folder, 'summary.json')]
  writeFileSync(file, script(url, scenario))
  const flags = ['--quiet', '--no-usage-report', '-e', `SUMMARY=${summary}`]
  const {pid, output} = startPinned(core, [path, 'run', ...flags, file], limitMs)
  const metrics = output.then(() => {
    const found = existsSync(summary) ? JSON.parse(readFileSync(summary, 'utf8')).metrics : undefined
    rmSync(folder, {recursive: true})
    return found
  })
  return {pid, metrics}
}
