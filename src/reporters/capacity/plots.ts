import {rate} from '../../capacity/rate.js'
import type {CapacityResult} from '../../capacity/result.js'
import type {UslFit} from '../../capacity/scaling.js'
import type {Trial} from '../../capacity/trial.js'
import {elapsed, percent} from '../../verdict/words.js'
import {html, type Markup} from '../html/markup.js'
import {axesOf, drawing, edges, legible, linearAxis, logAxis} from './axes.js'
import {trialInWords} from './words.js'

const px = (value: number): string => value.toFixed(1)

/** Told apart by shape as well as by colour: a dot held, a cross missed, a ring decides nothing. */
const markOf = (trial: Trial, x: number, y: number, leg: string): Markup => {
  const title = html`<title>${trialInWords(leg, trial)}</title>`
  if (trial.outcome === 'good')
    return html`<circle class="good" cx="${px(x)}" cy="${px(y)}" r="5">${title}</circle>`
  if (trial.outcome === 'bad') {
    const [left, right, top, bottom] = [x - 5, x + 5, y - 5, y + 5].map(px)
    return html`<path class="bad" d="M${left} ${top} L${right} ${bottom} M${left} ${bottom} L${right} ${top}">${title}</path>`
  }
  return html`<circle class="open" cx="${px(x)}" cy="${px(y)}" r="5">${title}</circle>`
}

const said = (perSecond: number): string => String(Number(perSecond.toPrecision(4)))

/** Trials with what was measured in them, the warm-up aside. */
const measured = ({whole}: CapacityResult): (Trial & {seen: NonNullable<Trial['seen']>})[] =>
  whole.trials.flatMap((trial) => {
    const {seen, purpose} = trial
    return seen && purpose !== 'warm-up' ? [{...trial, seen}] : []
  })

/** The interval as a band, and the knee as a dashed line: a hint, no bound. */
const background = ({whole: {lower, upper}, knee}: CapacityResult, place: (rate: number) => number) => {
  const [bottom, top] = edges.y
  const band =
    lower !== undefined && upper !== undefined
      ? html`<rect class="band" x="${px(place(lower))}" y="${top}" width="${px(place(upper) - place(lower))}" height="${bottom - top}"><title>capacity: ${rate(lower)} to ${rate(upper)}</title></rect>`
      : undefined
  const line = knee
    ? html`<line class="knee" x1="${px(place(knee.ratePerSecond))}" x2="${px(place(knee.ratePerSecond))}" y1="${top}" y2="${bottom}"><title>knee: latency begins to rise steeply at about ${rate(knee.ratePerSecond)}; a hint, no bound</title></line>`
    : undefined
  return [band, line]
}

/** Every trial as a dot: its rate against the p99 of its answers. */
export const latencyPlot = (result: CapacityResult): Markup | undefined => {
  const all = measured(result)
  const trials = all.filter(({seen}) => seen.latencyMs !== undefined)
  if (trials.length === 0) return undefined
  const p99 = ({seen}: (typeof trials)[number]): number => seen.latencyMs?.p99 ?? 0
  // That of both plots: a trial without any answer is in the other one.
  const x = linearAxis(Math.max(...all.map(({ratePerSecond}) => ratePerSecond)), edges.x, 8)
  const y = logAxis(trials.map(p99), edges.y)
  return drawing(
    'p99 of each trial against its rate; the table below says the same',
    axesOf({...x, name: 'asked requests per second', said}, {...y, name: 'p99', said: elapsed}),
    ...background(result, x.place),
    trials.map((trial) => markOf(trial, x.place(trial.ratePerSecond), y.place(p99(trial)), 'whole')),
  )
}

/** Every trial as a dot: its rate against the share that was lost or answered with an error. */
export const lossPlot = (result: CapacityResult): Markup | undefined => {
  const trials = measured(result)
  if (trials.length === 0) return undefined
  const share = ({seen}: (typeof trials)[number]): number => Math.min(1, seen.lostShare + seen.errorShare)
  const x = linearAxis(Math.max(...trials.map(({ratePerSecond}) => ratePerSecond)), edges.x, 8)
  const y = linearAxis(Math.max(0.01, ...trials.map(share)), edges.y, 4)
  return drawing(
    'Share of each trial that was lost or answered with an error, against its rate',
    axesOf({...x, name: 'asked requests per second', said}, {...y, name: 'lost or 5xx', said: percent}),
    ...background(result, x.place),
    trials.map((trial) => markOf(trial, x.place(trial.ratePerSecond), y.place(share(trial)), 'whole')),
  )
}

const barHeight = 30

/** What is carried with one thing missing: a bar to the lower bound, a whisker to the upper. */
export const legBars = ({whole, legs, expectedPeak, atLeast}: CapacityResult): Markup | undefined => {
  const rows = [
    {name: 'the whole system', finding: whole},
    ...legs.flatMap(({name, finding, bit}) => (finding && bit === 'yes' ? [{name, finding}] : [])),
  ].filter(({finding}) => finding.lower !== undefined)
  if (rows.length < 2) return undefined
  const asked = expectedPeak?.askedPerSecond ?? atLeast?.askedPerSecond
  const most = Math.max(asked ?? 0, ...rows.map(({finding: {upper, lower}}) => upper ?? lower ?? 0))
  const x = linearAxis(most, [190, 706])
  const height = rows.length * barHeight + 34
  const line =
    asked === undefined
      ? undefined
      : html`<line class="knee" x1="${px(x.place(asked))}" x2="${px(x.place(asked))}" y1="4" y2="${height - 26}"><title>asked for: ${rate(asked)}</title></line>`
  return legible(
    html`<svg class="chart" viewBox="0 0 720 ${height}" role="img" aria-label="What is carried with one thing missing; the table below says the same">${rows.map(
      ({name, finding: {lower = 0, upper}}, row) => {
        const y = 6 + row * barHeight
        return html`<text x="182" y="${y + 15}" text-anchor="end">${name}</text><rect class="bar" x="190" y="${y}" width="${px(x.place(lower) - 190)}" height="20"><title>${name}: ${rate(lower)}${upper === undefined ? '' : ` to ${rate(upper)}`}</title></rect>${
          upper === undefined
            ? undefined
            : html`<line class="whisker" x1="${px(x.place(lower))}" x2="${px(x.place(upper))}" y1="${y + 10}" y2="${y + 10}"/>`
        }`
      },
    )}${x.ticks.map((tick) => html`<text x="${px(x.place(tick))}" y="${height - 8}" text-anchor="middle">${said(tick)}</text>`)}${line}</svg>`,
  )
}

/** Capacity against replicas: the measured intervals, the law and its band, which ends where it may not foretell. */
export const scalingPlot = (
  sizes: readonly {replicas: number; lower: number; upper: number}[],
  {curve}: UslFit,
): Markup => {
  const x = linearAxis(Math.max(...curve.map(({n}) => n), ...sizes.map(({replicas}) => replicas)), edges.x, 8)
  const y = linearAxis(Math.max(...curve.map(({high}) => high), ...sizes.map(({upper}) => upper)), edges.y, 5)
  const at = (n: number, value: number): string => `${px(x.place(n))} ${px(y.place(value))}`
  const band = [
    ...curve.map(({n, high}) => at(n, high)),
    ...curve.toReversed().map(({n, low}) => at(n, low)),
  ].join(' L')
  return drawing(
    'Capacity against replicas with the fitted law and its band of 90 %',
    axesOf({...x, name: 'replicas', said}, {...y, name: 'requests per second', said}),
    html`<path class="band" d="M${band} Z"/>`,
    html`<path class="law" d="M${curve.map(({n, rate: value}) => at(n, value)).join(' L')}"/>`,
    sizes.map(
      ({replicas, lower, upper}) =>
        html`<line class="whisker" x1="${px(x.place(replicas))}" x2="${px(x.place(replicas))}" y1="${px(y.place(lower))}" y2="${px(y.place(upper))}"><title>${replicas}: ${rate(lower)} to ${rate(upper)}</title></line><circle class="good" cx="${px(x.place(replicas))}" cy="${px(y.place((lower + upper) / 2))}" r="4"/>`,
    ),
  )
}
