import {readFileSync} from 'node:fs'

/** The version in our own package.json. */
export const packageVersion = (): string => {
  // The file is ours and ships with the package.
  const {version} = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return version
}
