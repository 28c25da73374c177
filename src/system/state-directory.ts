import {homedir, userInfo} from 'node:os'
import {join, resolve} from 'node:path'

/**
 * Where what must be found from any folder is kept (journals, the deployment that is up): `SHAKEDOWN_STATE`, else
 * `shakedown` in the XDG state home, else in `~/.local/state`. Always absolute: the watchdog looks from another folder.
 */
export const stateDirectory = (env: Readonly<Record<string, string | undefined>> = process.env): string => {
  if (env['SHAKEDOWN_STATE']) return resolve(env['SHAKEDOWN_STATE'])
  // An empty HOME, as in some containers, would put it into whatever folder this is.
  const home = homedir() || userInfo().homedir
  return resolve(env['XDG_STATE_HOME'] || join(home, '.local', 'state'), 'shakedown')
}
