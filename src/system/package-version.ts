import {readFileSync} from 'node:fs'
import {packageFile} from './entry.js'

/** The version in our own package.json. */
export const packageVersion = (): string => {
  // The file is ours and ships with the package.
  const {version} = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as {
    version: string
  }
  return version
}
