// How well pacer keeps time at a rate.
import {healthOf, latencyOf, median, sendLoad} from '../pacer.mjs'

const warmUp = 3

const columns = [
  'answered/s (median second)',
  'error %',
  'late p50 ms',
  'late p99 ms',
  'p50 ms',
  'p99 ms',
  'CPU',
  'GC ms/s',
  'machine',
]

export const rates = async ({server, options}) => {
  const rows = []
  const checks = []
  for (const rate of options.rates) {
    const {seconds, lives} = await sendLoad(server.url, {rate, seconds: options.seconds, skip: warmUp})
    // By the clock on the wall: an answer that comes late counts for a later second.
    const achieved = median(lives.map(({achievedPerSecond}) => achievedPerSecond))
    const error = (Math.abs(achieved - rate) / rate) * 100
    const p50 = healthOf(seconds, ({latenessMs}) => latenessMs.p50)
    const p99 = healthOf(seconds, ({latenessMs}) => latenessMs.p99)
    const latency = latencyOf(seconds)
    const cpu = healthOf(seconds, (health) => health.cpu)
    const machine = healthOf(seconds, ({machineCpu = Number.NaN}) => machineCpu)
    const gc = healthOf(seconds, ({gcMs = 0}) => gcMs)
    rows.push([`${rate}/s`, achieved, error, p50, p99, latency.ms(50), latency.ms(99), cpu, gc, machine])
    if (rate <= 10_000) checks.push({name: `rate error at ${rate}/s, %`, value: error, most: 0.05})
    if (rate === 5000) {
      checks.push({name: 'median lateness at 5000/s, ms', value: p50, most: 1})
      checks.push({name: 'p99 lateness at 5000/s (median second), ms', value: p99, most: 3})
    }
  }
  return {title: 'Achieved against asked', columns, rows, checks}
}
