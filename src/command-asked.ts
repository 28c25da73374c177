import {closest} from './scenarios/suggest.js'

/** The command line as the parser knows it: `help run` is `run --help`, `version` is `--version`. */
export const askedFor = (words: readonly string[]): string[] => {
  const [first, ...others] = words
  if (first === '-h') return ['--help']
  if (first === '-v' || first === '-V' || first === 'version') return ['--version']
  return first === 'help' ? [...others, '--help'] : [...words]
}

/**
 * Why no command fits these words, `ids` being those that there are (`capacity:compare`). The parser joins the words of a
 * command that takes none by colons, and looks for a command of that name.
 */
export const notFound = (
  words: readonly string[],
  ids: readonly string[],
): {message: string; hint: string} => {
  const [first = '', second = ''] = words
  const hint = 'shakedown --help lists all commands.'
  if (first.startsWith('-')) return {message: `No command stands before ${first}`, hint}
  const id = [`${first}:${second}`, first].find((name) => ids.includes(name))
  if (id === undefined) {
    const near = closest(
      first,
      ids.map((known) => known.split(':')[0] ?? known),
    )
    return {
      message: `There is no command "${first}"${near === undefined ? '' : `: did you mean "${near}"?`}`,
      hint,
    }
  }
  const name = id.replaceAll(':', ' ')
  return {
    message: `${name} takes only flags, got "${words[name.split(' ').length] ?? ''}"`,
    hint: `shakedown ${name} --help shows what to write.`,
  }
}
