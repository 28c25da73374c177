// How long a long run's page takes to write, how large it is, and how soon Chromium shows it.
// Stretches a record that is there to `--minutes` by repeating its recovery, then runs `shakedown report` on it.
// The CPU that it took is told, too: on a busy machine the clock tells of the others. `--keep FILE` keeps the stretched
// record, `--no-browser` opens no page.
// Run `npm run build` first. Usage: node bench/page.mjs RECORD [--minutes 60] [--rounds 3]
import {execFileSync, spawnSync} from 'node:child_process'
import {copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {gunzipSync, gzipSync} from 'node:zlib'
import {chromium} from 'playwright-core'

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {
    minutes: {type: 'string', default: '60'},
    rounds: {type: 'string', default: '3'},
    keep: {type: 'string'},
    'no-browser': {type: 'boolean', default: false},
  },
})
const [recordPath] = positionals
if (recordPath === undefined) throw new Error('usage: node bench/page.mjs RECORD [--minutes 60]')
const blockMs = 5_000
const lastsMs = Number(values.minutes) * 60_000
const median = (all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]

/** Samples from `fromMs` on again and again, each time further; what only grows goes on growing. */
const repeated = ({labels, t, v}, fromMs, lengthMs, times) => {
  const first = t.findIndex((at) => at >= fromMs)
  if (first < 0) return {labels, t, v}
  const [tail, tailValues] = [t.slice(first), v.slice(first)]
  const grows = tailValues.every((value, at) => at === 0 || value === null || value >= tailValues[at - 1])
  const growth = grows ? (tailValues.at(-1) ?? 0) - (tailValues[0] ?? 0) : 0
  const rounds = Array.from({length: times}, (_, at) => at + 1)
  return {
    labels,
    t: [...t, ...rounds.flatMap((round) => tail.map((at) => at + round * lengthMs))],
    v: [...v, ...rounds.flatMap((round) => tailValues.map((value) => value + round * growth))],
  }
}

/** As a run writes them: every few seconds the new samples of each series. */
const inBlocks = (all) => {
  const lines = []
  const next = all.map(() => 0)
  const lastMs = Math.max(...all.map(({t}) => t.at(-1)))
  const firstMs = Math.min(...all.map(({t}) => t[0]))
  for (let endMs = firstMs + blockMs; endMs < lastMs + blockMs; endMs += blockMs) {
    for (const [at, {labels, t, v}] of all.entries()) {
      const from = next[at]
      let to = from
      while (to < t.length && t[to] < endMs) to++
      next[at] = to
      if (to > from)
        lines.push({kind: 'samples', series: {labels, t: t.slice(from, to), v: v.slice(from, to)}})
    }
  }
  return lines
}

/** The record with its recovery repeated until it lasts as long as asked. */
const stretched = (lines) => {
  const header = lines.find(({kind}) => kind === 'header')
  const recovery = header.plan.phases.find(({name}) => name === 'recovery')
  const begun = lines.find(({event}) => event === 'load-started').atMs
  const [fromMs, lengthMs] = [begun + recovery.startMs, recovery.endMs - recovery.startMs]
  const times = Math.ceil((lastsMs - header.plan.durationMs) / lengthMs)
  const moreMs = times * lengthMs
  recovery.endMs += moreMs
  header.plan.durationMs += moreMs
  for (const segment of [header.plan.rates, ...header.plan.streams.map(({rates}) => rates)])
    segment.at(-1).endMs += moreMs
  const load = lines.filter(({kind}) => kind === 'load')
  const tail = load.filter(({startMs}) => startMs >= fromMs && startMs < fromMs + lengthMs)
  const more = Array.from({length: times}, (_, at) =>
    tail.map((second) => ({...second, startMs: second.startMs + (at + 1) * lengthMs})),
  ).flat()
  const series = new Map()
  for (const {series: one} of lines.filter(({kind}) => kind === 'samples')) {
    const key = JSON.stringify(Object.entries(one.labels).sort())
    const known = series.get(key) ?? {labels: one.labels, t: [], v: []}
    known.t.push(...one.t)
    known.v.push(...one.v)
    series.set(key, known)
  }
  const late = ({atMs}) => atMs >= fromMs + lengthMs - 1
  const events = lines.filter(({kind}) => kind === 'event')
  const end = lines.find(({kind}) => kind === 'end')
  return [
    header,
    ...events.filter((event) => !late(event)),
    ...load.filter(({startMs}) => startMs < fromMs + lengthMs),
    ...more,
    ...inBlocks([...series.values()].map((one) => repeated(one, fromMs, lengthMs, times))),
    ...events.filter(late).map((event) => ({...event, atMs: event.atMs + moreMs})),
    {...end, atMs: end.atMs + moreMs},
  ]
}

const folder = mkdtempSync(join(tmpdir(), 'bench-page-'))

/** How soon Chromium shows the page. */
const open = async (rounds) => {
  const executablePath = execFileSync('sh', ['-c', 'command -v chromium'], {encoding: 'utf8'}).trim()
  const browser = await chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  })
  const opened = []
  for (const _ of rounds) {
    const page = await browser.newPage({viewport: {width: 1200, height: 900}})
    const begun = performance.now()
    await page.goto(`file://${folder}/page.html`)
    await page.waitForSelector('#plot-latency canvas')
    opened.push(performance.now() - begun)
    await page.close()
  }
  await browser.close()
  console.log(`open and drawn in ${median(opened).toFixed(0)} ms (limit 1500)`)
}

try {
  const lines = gunzipSync(readFileSync(recordPath)).toString().trim().split('\n')
  const long = stretched(lines.map((line) => JSON.parse(line)))
  const path = join(folder, 'record.jsonl.gz')
  writeFileSync(path, gzipSync(Buffer.concat(long.map((line) => Buffer.from(`${JSON.stringify(line)}\n`)))))
  if (values.keep !== undefined) copyFileSync(path, values.keep)
  const samples = long.reduce((all, {series}) => all + (series?.t.length ?? 0), 0)
  console.log(
    `${values.minutes} minutes: ${long.filter(({kind}) => kind === 'load').length} seconds of load, ` +
      `${samples} samples, record ${(statSync(path).size / 1e6).toFixed(1)} MB`,
  )
  const rounds = Array.from({length: Number(values.rounds)}, () => {
    const begun = performance.now()
    const {stderr, status} = spawnSync(
      '/usr/bin/env',
      [
        'bash',
        '-c',
        `command time -f '%M %U %S' node bin/run.js report ${path} --format html -o ${folder}/page.html`,
      ],
      {encoding: 'utf8'},
    )
    if (status === null || !readdirSync(folder).includes('page.html')) throw new Error(stderr)
    const [kb, user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number)
    return {ms: performance.now() - begun, kb, cpuMs: (user + system) * 1000}
  })
  console.log(
    `written in ${median(rounds.map(({ms}) => ms)).toFixed(0)} ms (limit 2000, with the start of the CLI), ` +
      `${median(rounds.map(({cpuMs}) => cpuMs)).toFixed(0)} ms of CPU, ` +
      `memory ${(median(rounds.map(({kb}) => kb)) / 1e3).toFixed(0)} MB (limit 300), ` +
      `page ${(statSync(join(folder, 'page.html')).size / 1e6).toFixed(2)} MB (limit 1.5)`,
  )
  if (!values['no-browser']) await open(rounds)
} finally {
  rmSync(folder, {recursive: true})
}
