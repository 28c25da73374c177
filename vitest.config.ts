import {defineConfig} from 'vitest/config'

interface Suite {
  include: string[]
  exclude: string[]
  maxWorkers: number
  testTimeout: number
}

/** Each suite runs by itself: two cores cannot carry a system under load and other tests beside it. */
const suites: Record<string, Suite> = {
  unit: {
    include: ['test/**/*.test.ts', 'reference/test/**/*.test.ts'],
    // Wrong input starts no system under load: its tests may run beside others.
    exclude: ['test/e2e/!(bad-input).test.ts', 'test/pack/**', 'test/real/**', 'node_modules/**'],
    maxWorkers: 3,
    testTimeout: 30_000,
  },
  e2e: {
    include: ['test/e2e/**/*.test.ts'],
    exclude: ['test/e2e/bad-input.test.ts'],
    maxWorkers: 1,
    testTimeout: 180_000,
  },
  // What `npm test` has no time for: the rest of the scenarios that ship, and proxies that fall ill.
  pack: {include: ['test/pack/**/*.test.ts'], exclude: [], maxWorkers: 1, testTimeout: 180_000},
  real: {include: ['test/real/**/*.test.ts'], exclude: [], maxWorkers: 1, testTimeout: 300_000},
}

const name = process.env['SUITE'] ?? 'unit'
const suite = suites[name]
if (!suite) throw new Error(`SUITE is ${name}: expected one of ${Object.keys(suites).join(', ')}`)

export default defineConfig({
  test: {
    ...suite,
    disableConsoleIntercept: true,
    hookTimeout: 120_000,
    reporters: process.env['CI']
      ? ['default', ['json', {outputFile: `.shakedown/test-results/${name}.json`}]]
      : ['default'],
  },
})
