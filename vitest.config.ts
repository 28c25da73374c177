import {defineConfig} from 'vitest/config'

/** Files of a suite that may run side by side, so many at once. */
interface Lane {
  include: string[]
  exclude?: string[]
  maxWorkers: number
}

interface Suite {
  /** One after the other: what must have the machine to itself is never beside anything. */
  lanes: Record<string, Lane>
  testTimeout: number
}

/**
 * Two cores carry one system under load whose latencies are judged. What mostly waits (for a limit, an undo, a process
 * that is killed) goes side by side, and so do small systems that have few requests to answer.
 */
const suites: Record<string, Suite> = {
  unit: {
    lanes: {
      unit: {
        include: ['test/**/*.test.ts', 'reference/test/**/*.test.ts'],
        // Wrong input starts no system under load: its tests may run beside others.
        exclude: ['test/e2e/!(bad-input|decided).test.ts', 'test/pack/**', 'test/real/**', 'node_modules/**'],
        maxWorkers: 3,
      },
    },
    // Only what hangs should meet it: command lines start slowly when three files share two cores.
    testTimeout: 60_000,
  },
  e2e: {
    lanes: {
      alone: {include: ['test/e2e/scenarios.test.ts'], maxWorkers: 1},
      beside: {
        include: ['test/e2e/**/*.test.ts'],
        exclude: ['test/e2e/{bad-input,decided,scenarios}.test.ts'],
        maxWorkers: 2,
      },
    },
    testTimeout: 300_000,
  },
  // What `npm test` has no time for: the rest of the scenarios that ship, and proxies that fall ill.
  pack: {
    lanes: {
      alone: {include: ['test/pack/{scenarios,retry-storm,capacity*}.test.ts'], maxWorkers: 1},
      beside: {
        include: ['test/pack/**/*.test.ts'],
        exclude: ['test/pack/{scenarios,retry-storm,capacity*}.test.ts'],
        maxWorkers: 3,
      },
    },
    testTimeout: 300_000,
  },
  real: {
    lanes: {
      alone: {include: ['test/real/{payment-slow,unsabotaged}.test.ts'], maxWorkers: 1},
      paired: {
        include: ['test/real/{sabotage*,soak,k6,k6-times,k6-requests,k6-operator}.test.ts'],
        maxWorkers: 2,
      },
      beside: {
        include: ['test/real/*.test.ts'],
        exclude: [
          'test/real/{payment-slow,unsabotaged,sabotage*,soak,k6,k6-times,k6-requests,k6-operator}.test.ts',
        ],
        maxWorkers: 3,
      },
      cluster: {include: ['test/real/kubernetes/**/*.test.ts'], maxWorkers: 1},
    },
    testTimeout: 400_000,
  },
}

/**
 * Of these a machine that is busy with something else may make one of thousands fail. In CI each has a second try, and
 * tools/sum-results.mjs names those that needed it. What is pure and quick fails at once, everywhere.
 */
const live = ['e2e', 'pack', 'real']

const name = process.env['SUITE'] ?? 'unit'
const suite = suites[name]
if (!suite) throw new Error(`SUITE is ${name}: expected one of ${Object.keys(suites).join(', ')}`)

export default defineConfig({
  test: {
    testTimeout: suite.testTimeout,
    hookTimeout: 240_000,
    retry: process.env['CI'] && live.includes(name) ? 1 : 0,
    // What is polled for must come; how soon depends on the machine.
    expect: {poll: {timeout: 20_000}},
    disableConsoleIntercept: true,
    // Tests that say so run side by side within their file; they wait for limits of a minute and more.
    maxConcurrency: 8,
    reporters: process.env['CI']
      ? ['default', ['json', {outputFile: `.shakedown/test-results/${name}.json`}]]
      : ['default'],
    projects: Object.entries(suite.lanes).map(([lane, files], index) => ({
      extends: true,
      test: {...files, name: lane, sequence: {groupOrder: index + 1}},
    })),
  },
})
