import {z} from 'zod'
import {ProblemsError} from './problems.js'
import {schemaProblems} from './schema-problems.js'
import {sentence} from './shapes.js'
import {parseYaml} from './yaml-file.js'

const contexts = z.array(
  z.strictObject({
    context: z
      .string()
      .min(1)
      .describe('Name of a context of the kubeconfig; `in-cluster` is the own account of a pod.'),
    namespaces: z.array(z.string().min(1)).min(1).exactOptional().describe('Its namespaces; all by default.'),
  }),
)

const userConfig = z.strictObject({kubernetes: z.strictObject({contexts: contexts.default([])}).prefault({})})

/** What a user has said once for all runs. */
export type UserConfig = z.output<typeof userConfig>

/** Reads a user's config from text, `path` being its name in messages. Throws ProblemsError with all that is wrong. */
export const parseUserConfig = (path: string, text: string): UserConfig => {
  const file = parseYaml(path, text)
  // An empty file says nothing.
  const parsed = userConfig.safeParse(file.value ?? {}, {error: sentence})
  const problems = [...file.problems, ...schemaProblems(file, parsed.error)]
  if (!parsed.success || problems.length > 0) throw new ProblemsError(path, problems)
  return parsed.data
}
