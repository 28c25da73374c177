import {homedir} from 'node:os'
import {join} from 'node:path'

/** Where the user's own settings are: `shakedown` in the XDG config home, else in `~/.config`. */
export const configDirectory = (env: Readonly<Record<string, string | undefined>> = process.env): string =>
  join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'shakedown')
