import {delimiter, dirname, resolve} from 'node:path'
import {ProblemsError} from './problems.js'
import {accessFrom} from './prometheus-access.js'
import {problemAt, schemaProblems} from './schema-problems.js'
import {isRecord, sentence} from './shapes.js'
import type {KubernetesAt, Target} from './target.js'
import {targetSchema} from './target-schema.js'
import {parseYaml, readYaml, type YamlFile} from './yaml-file.js'

const interpret = (file: YamlFile): Target => {
  const parsed = targetSchema.safeParse(file.value, {error: sentence})
  const problems = [...file.problems, ...schemaProblems(file, parsed.error)]
  const hasEdges =
    isRecord(file.value) && isRecord(file.value['edges']) && Object.keys(file.value['edges']).length > 0
  if (isRecord(file.value) && hasEdges && file.value['toxiproxy'] === undefined) {
    const message =
      'edges have proxies, so the address of their API is needed too: "toxiproxy: http://localhost:8474"'
    problems.push(problemAt(file, ['edges'], message, 'key'))
  }
  if (!parsed.success || problems.length > 0) throw new ProblemsError(file.path, problems)
  return withFiles(parsed.data, dirname(resolve(file.path)))
}

/** Paths in a target file are from its folder. */
const withFiles = ({metrics, kubernetes, ...target}: Target, folder: string): Target => ({
  ...target,
  metrics: metrics.kind === 'prometheus' ? accessFrom(folder, metrics) : metrics,
  ...(kubernetes && {kubernetes: fromFolder(kubernetes, folder)}),
})

const fromFolder = (at: KubernetesAt, folder: string): KubernetesAt =>
  at.kubeconfig === undefined
    ? at
    : {
        ...at,
        kubeconfig: at.kubeconfig
          .split(delimiter)
          .map((path) => resolve(folder, path))
          .join(delimiter),
      }

/** Reads a target from text, `path` being its name in messages. Throws ProblemsError with everything that is wrong. */
export const parseTarget = (path: string, text: string): Target => interpret(parseYaml(path, text))

/** Reads a target file (YAML or JSON). Throws UserError when there is none, ProblemsError with all that is wrong with it. */
export const loadTarget = async (path: string): Promise<Target> => interpret(await readYaml(path))
