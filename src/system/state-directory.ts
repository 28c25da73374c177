import {homedir} from 'node:os'
import {join} from 'node:path'

/**
 * Where what must be found from any folder is kept (journals, the deployment that is up): `SHAKEDOWN_STATE`, else
 * `shakedown` in the XDG state home, else in `~/.local/state`.
 */
export const stateDirectory = (env: Readonly<Record<string, string | undefined>> = process.env): string => {
  if (env['SHAKEDOWN_STATE']) return env['SHAKEDOWN_STATE']
  return join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'shakedown')
}
