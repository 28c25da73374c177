import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.js'
import {runFlags} from '../../run-flags.js'

/** A search has no phases that could end early, and is no run that a page could show. */
const {early: _early, watch: _watch, 'watch-port': _watchPort, ...flagsOfRuns} = runFlags

/** How much a system carries within its objectives. */
export default class Capacity extends BaseCommand {
  static override summary = 'Find the rate that a system carries within its objectives, as an interval.'
  static override description =
    "Sends the scenario's mix at constant rates, doubling up from low and then halving the distance, until the bounds are " +
    'close; a rate that fails must fail again, and the lower bound must hold in a long trial. With --without, again with ' +
    'one replica gone. Exit codes: 0 found (or carried, with --at-least), 1 not carried, 2 wrong input, 3 nobody can tell, ' +
    '4 error, 5 something is still broken, 130 interrupted with everything undone.'
  static override examples = [
    '<%= config.bin %> capacity scenarios/payment-slow.yaml',
    '<%= config.bin %> capacity scenarios/payment-slow.yaml --at-least 200/s --report markdown',
    '<%= config.bin %> capacity scenarios/payment-slow.yaml --without each --expected-peak 150/s --thorough',
    '<%= config.bin %> capacity related.yaml --replicas catalog=1,2,4 --price 0.12/h --report html',
    '<%= config.bin %> capacity --resume .shakedown/runs/RUN',
  ]
  static override args = {
    scenario: Args.string({description: 'Scenario file: its load is the mix, its objectives must hold.'}),
  }
  static override flags = {
    ...flagsOfRuns,
    switch: Flags.string({
      summary: 'Set a protection switch during the search.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'order.breaker=off',
    }),
    quick: Flags.boolean({
      summary: 'Some three minutes of load for each search; the default.',
      exclusive: ['thorough'],
    }),
    thorough: Flags.boolean({summary: 'Some eight minutes, and half the width.'}),
    start: Flags.string({
      summary: "First rate; a quarter of the scenario's mean rate by default.",
      helpValue: '20/s',
    }),
    most: Flags.string({summary: 'No higher rate is tried.', helpValue: '5000/s'}),
    budget: Flags.string({
      summary: 'So much time of load for each search, but for the last trial.',
      helpValue: '3m',
    }),
    'at-least': Flags.string({
      summary:
        'Exit 0 when this is carried (with every --without and --with, too), 1 when not, 3 when nobody can tell.',
      helpValue: '500/s',
    }),
    'expected-peak': Flags.string({summary: 'Tell the head-room above this rate.', helpValue: '400/s'}),
    without: Flags.string({
      summary: 'Search again with one replica of a workload stopped; `each` takes all that have several.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'one:gateway',
    }),
    with: Flags.string({
      summary: 'Search again with this fault of the scenario in force, at full strength.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'latency',
    }),
    replicas: Flags.string({
      summary:
        'Start the target anew with so many replicas of a workload, or scale it in its cluster; with several sizes, search at each and fit a law.',
      helpValue: 'catalog=1,2,4',
    }),
    overload: Flags.boolean({
      summary: 'Try 1.5 and 2 times the capacity, and whether it comes back.',
      default: true,
      allowNo: true,
    }),
    price: Flags.string({
      summary:
        'Price of the system, for the cost of a million requests; with several --replicas, that of one.',
      helpValue: '0.12/h',
    }),
    resume: Flags.string({summary: 'Go on with a search that was cut off.', helpValue: 'RECORD'}),
    report: Flags.option({
      summary: 'Reports to make; all but terminal are written beside the record.',
      options: ['terminal', 'json', 'markdown', 'html'] as const,
      multiple: true,
      multipleNonGreedy: true,
      default: ['terminal'],
    })(),
  }

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Capacity)
    const {measureCapacity} = await import('../../workflows/capacity-sizes.js')
    const result = await measureCapacity(args.scenario, flags, {
      signal: this.signal,
      print: (text) => this.log(text),
      progress: process.stderr,
      terminal: process.stdout,
    })
    process.exitCode = result.exitCode
    return result.json
  }
}
