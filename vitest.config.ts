import {defineConfig} from 'vitest/config'

/** Files of a suite that may run side by side, so many at once. */
interface Lane {
  include: string[]
  exclude?: string[]
  maxWorkers: number
  /** Whether what is tested has sockets and processes: a busy machine may make one of thousands of such tests fail. */
  live: boolean
}

interface Suite {
  /** One after the other: what must have the machine to itself is never beside anything. */
  lanes: Record<string, Lane>
  /** Lanes begin one after the other, or all at once. */
  together?: boolean
  testTimeout: number
}

/**
 * Two cores carry one system under load whose latencies are judged. What mostly waits (for a limit, an undo, a process
 * that is killed) goes side by side, and so do small systems that have few requests to answer.
 */
const parts = [
  // Wrong input starts no system under load: its tests may run beside others.
  'test/e2e/{bad-input,decided}.test.ts',
  'test/{clients,contracts,engines,faults,metrics,run,system,targets,toxiproxy,workflows}/**/*.test.ts',
  'reference/test/**/*.test.ts',
]

const suites: Record<string, Suite> = {
  unit: {
    lanes: {
      parts: {include: parts, maxWorkers: 3, live: true},
      pure: {
        include: ['test/**/*.test.ts'],
        exclude: [...parts, 'test/{e2e,pack,real}/**'],
        maxWorkers: 3,
        live: false,
      },
    },
    together: true,
    // Only what hangs should meet it: command lines start slowly when three files share two cores.
    testTimeout: 60_000,
  },
  e2e: {
    lanes: {
      alone: {include: ['test/e2e/scenarios.test.ts'], maxWorkers: 1, live: true},
      beside: {
        include: ['test/e2e/**/*.test.ts'],
        exclude: ['test/e2e/{bad-input,decided,scenarios}.test.ts'],
        maxWorkers: 2,
        live: true,
      },
    },
    testTimeout: 300_000,
  },
  // What `npm test` has no time for: the rest of the scenarios that ship, and proxies that fall ill.
  pack: {
    lanes: {
      alone: {include: ['test/pack/{scenarios,retry-storm,capacity*}.test.ts'], maxWorkers: 1, live: true},
      beside: {
        include: ['test/pack/**/*.test.ts'],
        exclude: ['test/pack/{scenarios,retry-storm,capacity*}.test.ts'],
        maxWorkers: 3,
        live: true,
      },
    },
    testTimeout: 300_000,
  },
  real: {
    lanes: {
      alone: {include: ['test/real/{payment-slow,unsabotaged}.test.ts'], maxWorkers: 1, live: true},
      paired: {
        include: ['test/real/{sabotage*,soak,k6,k6-times,k6-requests,k6-operator}.test.ts'],
        maxWorkers: 2,
        live: true,
      },
      beside: {
        include: ['test/real/*.test.ts'],
        exclude: [
          'test/real/{payment-slow,unsabotaged,sabotage*,soak,k6,k6-times,k6-requests,k6-operator}.test.ts',
        ],
        maxWorkers: 3,
        live: true,
      },
      cluster: {include: ['test/real/kubernetes/**/*.test.ts'], maxWorkers: 1, live: true},
    },
    testTimeout: 400_000,
  },
}

const name = process.env['SUITE'] ?? 'unit'
const suite = suites[name]
if (!suite) throw new Error(`SUITE is ${name}: expected one of ${Object.keys(suites).join(', ')}`)

export default defineConfig({
  test: {
    testTimeout: suite.testTimeout,
    hookTimeout: 240_000,
    // What is polled for must come; how soon depends on the machine.
    expect: {poll: {timeout: 20_000}},
    disableConsoleIntercept: true,
    // Tests that say so run side by side within their file; they wait for limits of a minute and more.
    maxConcurrency: 8,
    reporters: process.env['CI']
      ? ['default', ['json', {outputFile: `.shakedown/test-results/${name}.json`}]]
      : ['default'],
    projects: Object.entries(suite.lanes).map(([lane, {live, ...files}], index) => ({
      extends: true,
      test: {
        ...files,
        name: lane,
        sequence: {groupOrder: suite.together ? 1 : index + 1},
        // In CI what is live has a second try, and tools/sum-results.mjs names what needed it. What is pure fails at once.
        retry: process.env['CI'] && live ? 1 : 0,
      },
    })),
  },
})
