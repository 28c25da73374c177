// What can be chosen on the command line.
import {parseArgs} from 'node:util'

const numbers = {
  samples: [1_000_000, 'samples of each of the two metrics, counters and histograms'],
  series: [1000, 'series of each; a multiple of 20, the buckets of a histogram'],
  rounds: [21, 'how often each query is measured on each side at least, in turns'],
  seconds: [5, 'how long each query is measured at least: short ones go more rounds'],
  'warm-up': [
    5,
    'seconds in which each query is asked before, in turns and uncounted: our code is compiled as it runs',
  ],
  core: [0, 'the core that all who answer are pinned to, all else runs on the others; "none" pins nothing'],
}
const texts = {
  intervals: ['15,1', 'seconds between two samples; one run for each, with servers of its own'],
  pick: [
    'median',
    'median or best of the rounds; best is for a machine that others use too, since they only ever make figures worse',
  ],
}

const usage = () =>
  ['Usage: node bench/promql.mjs [options]', '']
    .concat(
      Object.entries({...numbers, ...texts}).map(
        ([name, [value, what]]) => `  --${name} ${value}\n      ${what}`,
      ),
    )
    .join('\n')

const wholeNumber = (name, text, least) => {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least) return value
  throw new Error(`--${name} ${text}: expected a whole number of at least ${least}`)
}

/** The options; undefined when help was asked for and given. Throws when one is wrong. */
export const readOptions = () => {
  const options = Object.fromEntries(
    Object.entries({...numbers, ...texts}).map(([name, [value]]) => [
      name,
      {type: 'string', default: String(value)},
    ]),
  )
  const {values} = parseArgs({options: {...options, help: {type: 'boolean', default: false}}})
  if (values.help) {
    console.log(usage())
    return undefined
  }
  if (!['median', 'best'].includes(values.pick))
    throw new Error(`--pick ${values.pick}: expected median or best`)
  const series = wholeNumber('series', values.series, 20)
  if (series % 20 !== 0) throw new Error(`--series ${series}: expected a multiple of 20`)
  const perSeries = wholeNumber('samples', values.samples, series * 250) / series
  if (!Number.isInteger(perSeries)) throw new Error(`--samples: expected a multiple of ${series}, the series`)
  return {
    series,
    perSeries,
    rounds: wholeNumber('rounds', values.rounds, 1),
    warmUpMs: 1000 * wholeNumber('warm-up', values['warm-up'], 0),
    measureMs: 1000 * wholeNumber('seconds', values.seconds, 0),
    pick: values.pick,
    core: values.core === 'none' ? undefined : wholeNumber('core', values.core, 0),
    intervals: values.intervals.split(',').map((text) => wholeNumber('intervals', text, 1)),
  }
}
