import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'reference/test/**/*.test.ts'],
    exclude: ['test/real/**', 'node_modules/**'],
    disableConsoleIntercept: true,
    // Two cores: suites that start processes must not starve each other.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
