import {defineConfig} from 'vitest/config'

/** Each suite runs by itself: two cores cannot carry a system under load and other tests beside it. */
const suites = {
  unit: {
    include: ['test/**/*.test.ts', 'reference/test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/real/**', 'node_modules/**'],
    maxWorkers: 2,
    testTimeout: 30_000,
  },
  e2e: {include: ['test/e2e/**/*.test.ts'], maxWorkers: 1, testTimeout: 180_000},
  real: {include: ['test/real/**/*.test.ts'], maxWorkers: 1, testTimeout: 300_000},
} as const

type Suite = keyof typeof suites

const chosen = process.env['SUITE'] ?? 'unit'
if (!(chosen in suites))
  throw new Error(`SUITE is ${chosen}: expected one of ${Object.keys(suites).join(', ')}`)
// Checked just above.
const suite = chosen as Suite

export default defineConfig({
  test: {
    ...suites[suite],
    include: [...suites[suite].include],
    exclude: 'exclude' in suites[suite] ? [...suites[suite].exclude] : ['node_modules/**'],
    disableConsoleIntercept: true,
    hookTimeout: 120_000,
    reporters: process.env['CI']
      ? ['default', ['json', {outputFile: `.shakedown/test-results/${suite}.json`}]]
      : ['default'],
  },
})
