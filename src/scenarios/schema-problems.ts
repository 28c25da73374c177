import type {z} from 'zod'
import type {Problem} from './problems.js'
import {formatPath, type Path, type YamlFile} from './yaml-file.js'

/** A problem of the file, at a place in its structure. */
export const problemAt = (
  file: YamlFile,
  path: Path,
  message: string,
  part: 'key' | 'value' = 'value',
): Problem => ({
  path: file.path,
  ...file.locate(path, part),
  where: formatPath(file.written?.(path) ?? path),
  message,
})

const problemsOf = (file: YamlFile, issue: z.core.$ZodIssue): Problem[] => {
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({message}) => problemAt(file, issue.path, message, 'key'))
  }
  if (issue.code !== 'unrecognized_keys') return [problemAt(file, issue.path, issue.message)]
  // One line of the message per key, see `sentence` in shapes.ts.
  const lines = issue.message.split('\n')
  return issue.keys.map((key, index) => ({
    ...problemAt(file, [...issue.path, key], lines[index] ?? issue.message, 'key'),
    where: formatPath(file.written?.(issue.path) ?? issue.path),
  }))
}

/** What a schema found, with lines and columns. */
export const schemaProblems = (file: YamlFile, error: z.ZodError | undefined): Problem[] =>
  error?.issues.flatMap((issue) => problemsOf(file, issue)) ?? []
