// How long a long run's page takes to write, how large it is, and how soon Chromium shows it.
// Stretches a record that is there to `--minutes` by repeating its recovery, then runs `shakedown report` on it.
// The CPU that it took is told, too: on a busy machine the clock tells of the others. `--keep FILE` keeps the stretched
// record, `--no-browser` opens no page.
// `--every 4` takes every fourth sample: the demo is scraped four times a second, few systems are.
// Run `npm run build` first. Usage: node bench/page.mjs RECORD [--minutes 60] [--rounds 3] [--every 1]
import {execFileSync, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {
  copyFileSync,
  createWriteStream,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {parseArgs} from 'node:util'
import {createGzip, gunzipSync} from 'node:zlib'
import {chromium} from 'playwright-core'

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {
    minutes: {type: 'string', default: '60'},
    rounds: {type: 'string', default: '3'},
    every: {type: 'string', default: '1'},
    keep: {type: 'string'},
    'no-browser': {type: 'boolean', default: false},
  },
})
const [recordPath] = positionals
if (recordPath === undefined) throw new Error('usage: node bench/page.mjs RECORD [--minutes 60]')
const blockMs = 5_000
const every = Number(values.every)
const lastsMs = Number(values.minutes) * 60_000
const median = (all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]

/** Samples from `fromMs` on, once more and `shiftMs` later; what only grows goes on growing. */
const tailOf = ({id, t, v}, fromMs) => {
  const first = t.findIndex((at) => at >= fromMs)
  const [times, values] = first < 0 ? [[], []] : [t.slice(first), v.slice(first)]
  const grows = values.every((value, at) => at === 0 || value === null || value >= values[at - 1])
  return {id, t: times, v: values, growth: grows ? (values.at(-1) ?? 0) - (values[0] ?? 0) : 0}
}

/** As a run writes them: every few seconds the new samples of each series. */
const inBlocks = (all) => {
  const blocks = []
  const next = all.map(() => 0)
  const lastMs = Math.max(...all.map(({t}) => t.at(-1) ?? 0))
  const firstMs = Math.min(...all.map(({t}) => t[0] ?? lastMs))
  for (let endMs = firstMs + blockMs; endMs < lastMs + blockMs; endMs += blockMs) {
    for (const [at, {id, t, v, growth = 0}] of all.entries()) {
      const from = next[at]
      let to = from
      while (to < t.length && t[to] < endMs) to++
      next[at] = to
      if (to > from) blocks.push({id, t: t.slice(from, to), v: v.slice(from, to), growth})
    }
  }
  return blocks
}

/** Blocks that follow one another at the same times belong in one line. */
const inLines = (blocks) => {
  const lines = []
  for (const {id, t, v, growth = 0} of blocks) {
    const last = lines.at(-1)
    const row = {id, v, growth, text: JSON.stringify([id, ...v])}
    if (last?.times === t.join() && last.rows.length * t.length < 4_000) last.rows.push(row)
    else lines.push({times: t.join(), t, rows: [row]})
  }
  return lines
}

const grown = ({id, v, growth}, round) =>
  `[${[id, ...v.map((value) => (value === null ? 'null' : value + round * growth))]}]`

/** Made by hand: ten hours have a hundred million samples. */
const lineText = ({t, rows}, lengthMs, round) => ({
  samples: t.length * rows.length,
  text:
    `{"kind":"block","t":[${t.map((at) => at + round * lengthMs)}],` +
    `"v":[${rows.map((row) => (row.growth === 0 ? row.text : grown(row, round)))}]}`,
})

/** The lines of all samples: those of the record, then those of its recovery, round for round. */
function* sampleLines(all, fromMs, lengthMs, times) {
  for (const {id, labels} of all) yield {kind: 'series', id, labels}
  for (const line of inLines(inBlocks(all))) yield lineText(line, lengthMs, 0)
  const tails = inLines(inBlocks(all.map((one) => tailOf(one, fromMs))))
  for (let round = 1; round <= times; round++) for (const line of tails) yield lineText(line, lengthMs, round)
}

/** The samples of each series in one piece, whichever version of the format they are in. */
const seriesIn = (lines) => {
  const series = new Map()
  const byId = []
  const of = (labels) => {
    const key = JSON.stringify(Object.entries(labels).sort())
    const known = series.get(key) ?? {id: series.size, labels, t: [], v: []}
    series.set(key, known)
    return known
  }
  for (const line of lines) {
    if (line.kind === 'series') byId[line.id] = of(line.labels)
    const rows =
      line.kind === 'block'
        ? line.v.map(([id, ...v]) => ({one: byId[id], t: line.t, v}))
        : line.kind === 'samples'
          ? [{one: of(line.series.labels), t: line.series.t, v: line.series.v}]
          : []
    for (const {one, t, v} of rows) {
      one.t.push(...t)
      one.v.push(...v)
    }
  }
  return [...series.values()]
}

/** The record with its recovery repeated until it lasts as long as asked. */
function* stretched(lines) {
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
  const some = ({id, labels, t, v}) => ({
    id,
    labels,
    t: t.filter((_, at) => at % every === 0),
    v: v.filter((_, at) => at % every === 0),
  })
  const late = ({atMs}) => atMs >= fromMs + lengthMs - 1
  const events = lines.filter(({kind}) => kind === 'event')
  const end = lines.find(({kind}) => kind === 'end')
  // The lines of samples are of this version, whatever the record that is stretched was.
  yield {...header, recordVersion: 2}
  yield* events.filter((event) => !late(event))
  yield* load.filter(({startMs}) => startMs < fromMs + lengthMs)
  yield* more
  yield* sampleLines(seriesIn(lines).map(some), fromMs, lengthMs, times)
  yield* events.filter(late).map((event) => ({...event, atMs: event.atMs + moreMs}))
  yield {...end, atMs: end.atMs + moreMs}
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
  const path = join(folder, 'record.jsonl.gz')
  const gzip = createGzip({level: 1})
  const written = pipeline(gzip, createWriteStream(path))
  const counts = {seconds: 0, samples: 0, bytes: 0}
  for (const line of stretched(lines.map((line) => JSON.parse(line)))) {
    const text = `${line.text ?? JSON.stringify(line)}\n`
    counts.bytes += text.length
    counts.seconds += line.kind === 'load' ? 1 : 0
    counts.samples += line.samples ?? 0
    if (!gzip.write(text)) await once(gzip, 'drain')
  }
  gzip.end()
  await written
  if (values.keep !== undefined) copyFileSync(path, values.keep)
  console.log(
    `${values.minutes} minutes: ${counts.seconds} seconds of load, ${counts.samples} samples, ` +
      `record ${(statSync(path).size / 1e6).toFixed(1)} MB (${(counts.bytes / 1e6).toFixed(0)} MB of text)`,
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
