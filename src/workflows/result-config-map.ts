import type {KubernetesObject} from '../clients/kubernetes/cluster.js'
import {UserError} from '../errors.js'
import {exitCodeOf} from '../exit-codes.js'
import {loadReporter} from '../reporters/index.js'
import type {Report} from '../reporters/reporter.js'

/** Which ConfigMap results go to. */
export interface ConfigMapName {
  namespace: string
  name: string
}

/** The API server takes at most 1 MiB of data in a ConfigMap; keys and its other fields need some of it. */
const mostBytes = 1_000_000

/** Kubernetes' names: lower-case letters, digits, `-` and `.` (RFC 1123). */
const part = '[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?'

/** Reads `NAMESPACE/NAME`; throws UserError when it is none. */
export const parseConfigMapName = (text: string): ConfigMapName => {
  const [, namespace, name] = new RegExp(`^(${part})/(${part})$`).exec(text) ?? []
  if (namespace !== undefined && name !== undefined) return {namespace, name}
  throw new UserError(`--config-map ${text} is no name of a ConfigMap`, {
    hint: 'Give its namespace and its name: --config-map shop/checkout-result.',
  })
}

/** Files by their size, the small ones first: what does not fit is left out, and said. */
const fitting = (files: Record<string, string>): Record<string, string> => {
  const bySize = Object.entries(files).sort(([, a], [, b]) => Buffer.byteLength(a) - Buffer.byteLength(b))
  const kept: Record<string, string> = {}
  const left: string[] = []
  let bytes = 0
  for (const [name, text] of bySize) {
    const size = Buffer.byteLength(text)
    if (bytes + size > mostBytes) left.push(`${name} (${size} bytes)`)
    else {
      bytes += size
      kept[name] = text
    }
  }
  return left.length === 0 ? kept : {...kept, 'left-out': `${left.join(', ')}: a ConfigMap holds 1 MiB`}
}

/** What a run showed, as a ConfigMap: the outcome, the exit code, and the reports for programs and for people. */
export const resultConfigMap = async (
  report: Report,
  {namespace, name}: ConfigMapName,
): Promise<KubernetesObject> => {
  const {verdict, record} = report
  const [json, markdown] = await Promise.all([loadReporter('json'), loadReporter('markdown')])
  const plain = {color: false, width: 100}
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {name, namespace, labels: {'app.kubernetes.io/managed-by': 'shakedown'}},
    data: {
      outcome: verdict.outcome,
      'exit-code': String(exitCodeOf(verdict.outcome)),
      scenario: record.header.plan.scenario.name,
      run: record.header.runId,
      ...fitting({
        'report.json': json.render(report, plain),
        'report.md': markdown.render(report, plain),
      }),
    },
  }
}
