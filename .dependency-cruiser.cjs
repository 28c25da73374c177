/**
 * Data flows one way: scenario → plan → run → record → verdict → report. A stage imports nothing to its right.
 * `promql` and `toxiproxy` import nothing else of ours, and only the folders that may touch the world do.
 */
const shared = ['system', 'errors', 'exit-codes']
const mayImport = {
  system: [],
  promql: [],
  toxiproxy: [],
  scenarios: [],
  plan: ['scenarios', 'promql'],
  clients: ['scenarios'],
  engines: ['scenarios', 'plan', 'clients'],
  targets: ['scenarios', 'plan', 'clients'],
  metrics: ['scenarios', 'plan', 'clients', 'promql'],
  faults: ['scenarios', 'plan', 'clients', 'targets'],
  run: ['scenarios', 'plan', 'clients', 'engines', 'targets', 'metrics', 'faults', 'promql'],
  verdict: ['scenarios', 'plan', 'metrics', 'run', 'promql'],
  capacity: ['scenarios', 'plan', 'metrics', 'run', 'verdict'],
  reporters: ['scenarios', 'plan', 'run', 'verdict', 'capacity'],
  output: ['scenarios', 'plan', 'run', 'verdict', 'capacity', 'reporters'],
}
const folders = Object.keys(mayImport)
const path = (names) => `^src/(${names.join('|')})(/|\\.ts$)`
const ownRules = folders.map((folder) => ({
  name: `${folder}-imports-only-from-its-left`,
  severity: 'error',
  from: {path: path([folder])},
  to: {
    path: '^src/',
    pathNot: path([
      folder,
      ...mayImport[folder],
      ...(['promql', 'toxiproxy'].includes(folder) ? [] : shared),
    ]),
  },
}))

module.exports = {
  forbidden: [
    {name: 'no-cycles', severity: 'error', from: {}, to: {circular: true, dependencyTypesNot: ['type-only']}},
    ...ownRules,
    {
      name: 'pure-stages-do-not-touch-the-world',
      severity: 'error',
      from: {path: path(['plan', 'verdict', 'capacity', 'reporters', 'promql'])},
      to: {dependencyTypes: ['core'], pathNot: '^(node:)?(util|buffer|zlib)$'},
    },
    {
      name: 'verdict-and-reporters-read-the-record-not-the-run',
      severity: 'error',
      from: {path: path(['verdict', 'capacity', 'reporters'])},
      to: {path: '^src/(run/(?!record\\.ts)|metrics/(?!source\\.ts))', dependencyTypesNot: ['type-only']},
    },
    {
      name: 'only-commands-import-commands',
      severity: 'error',
      from: {pathNot: '^src/(commands/|index\\.ts|base-command\\.ts)'},
      to: {path: '^src/(commands/|base-command\\.ts)'},
    },
    {
      name: 'only-commands-import-workflows',
      severity: 'error',
      from: {pathNot: '^src/(commands/|workflows/)'},
      to: {path: '^src/workflows/'},
    },
    {
      name: 'the-reference-deployment-stands-alone',
      severity: 'error',
      from: {path: '^reference/src/'},
      to: {path: '^src/'},
    },
  ],
  options: {
    doNotFollow: {path: ['node_modules', 'dist']},
    tsPreCompilationDeps: true,
    tsConfig: {fileName: 'tsconfig.json'},
    enhancedResolveOptions: {extensions: ['.ts', '.js']},
  },
}
