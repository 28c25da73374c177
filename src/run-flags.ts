import * as Flags from '@oclif/core/flags'

/** Which cluster a target is in, and what is said aloud about it. */
export const clusterFlags = {
  context: Flags.string({
    summary: 'Context of the kubeconfig; said aloud, a first run may break things there.',
    helpValue: 'NAME',
  }),
  'allow-production': Flags.boolean({
    summary: 'Break things also where a context, cluster or namespace has a name like production.',
  }),
}

/** What every command that runs scenarios takes; reports and modes are its own. */
export const runFlags = {
  // First, as the only one with a letter: help indents the first line as it is.
  quiet: Flags.boolean({char: 'q', summary: 'No progress.'}),
  target: Flags.string({
    summary: 'Another target than the scenario names: reference, or a target file.',
    helpValue: 'FILE',
  }),
  engine: Flags.string({summary: 'Another load engine than the scenario names.', helpValue: 'NAME'}),
  prometheus: Flags.string({summary: 'URL of a Prometheus to judge by.', helpValue: 'URL'}),
  toxiproxy: Flags.string({summary: 'URL of a Toxiproxy to inject through.', helpValue: 'URL'}),
  ...clusterFlags,
  seed: Flags.integer({
    summary: 'Repeats every random choice of an earlier run.',
    min: 0,
    helpValue: 'NUMBER',
  }),
  'output-dir': Flags.string({
    summary: 'Where records and reports go.',
    default: '.shakedown/runs',
    helpValue: 'FOLDER',
  }),
  'allow-inconclusive': Flags.boolean({
    summary: 'Exit 0 where inconclusive, invalid or undecided would exit 3.',
  }),
  early: Flags.boolean({
    summary:
      'End each phase as soon as all that is judged in it is certain; safe to look at any time, error rates hold.',
  }),
  watch: Flags.boolean({
    summary: 'Serve a read-only page that shows the runs as they go, on this machine alone.',
  }),
  'watch-port': Flags.integer({
    summary: 'Port of that page; a free one by default.',
    min: 0,
    max: 65535,
    helpValue: 'PORT',
    dependsOn: ['watch'],
  }),
}

/** Where results are sent besides the reports; what fails there is a warning, and changes no verdict. */
export const publishFlags = {
  grafana: Flags.string({
    summary: 'URL of a Grafana to annotate with phases and faults; token in GRAFANA_TOKEN.',
    helpValue: 'URL',
  }),
  'remote-write': Flags.string({
    summary:
      'URL that takes the results as metrics by remote write, such as http://prometheus:9090/api/v1/write.',
    helpValue: 'URL',
  }),
  'config-map': Flags.string({
    summary: 'ConfigMap that the outcome and the reports are written into, in the cluster of the target.',
    helpValue: 'NAMESPACE/NAME',
  }),
}
