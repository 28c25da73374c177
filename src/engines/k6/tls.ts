import {readFileSync} from 'node:fs'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {messageOf, UserError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import type {Json} from '../../system/json.js'

/** How k6 is told of a load's certificates. */
export interface K6Tls {
  /** Of k6's own options. */
  options: Record<string, Json>
  env: Record<string, string>
}

const readKey = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new UserError(`The key of the client certificate cannot be read: ${messageOf(cause)}`, {
      hint: `load.tls.key names ${path}.`,
      cause,
    })
  }
}

/**
 * The certificates of a load for k6, whose own options know no authority: Go reads those from the file that a variable
 * names, in place of the system's. Throws UserError for what k6 cannot do.
 */
export const tlsOf = async (
  {scenario, target}: Plan,
  folder: string,
  warn: (message: string) => void,
): Promise<K6Tls> => {
  const {tls = {}, http = 1} = scenario.load.connection ?? {}
  const {caPem, certPem, keyPath, serverName, insecure} = tls
  if (serverName !== undefined)
    throw new UserError('k6 cannot ask for a server name of its own (load.tls.server-name)', {
      hint: 'Use engine: pacer, or an endpoint with that name.',
    })
  const isTls = Object.values(target.endpoints).some((url) => url.startsWith('https:'))
  if (http === 1 && isTls && scenario.load.script === undefined)
    warn('k6 speaks HTTP/2 with an https endpoint that offers it, where pacer would speak HTTP/1.1')
  const caPath = join(folder, 'ca.pem')
  if (caPem !== undefined) await writeFile(caPath, caPem)
  return {
    options: {
      ...(insecure && {insecureSkipTLSVerify: true}),
      ...(certPem !== undefined &&
        keyPath !== undefined && {tlsAuth: [{cert: certPem, key: readKey(keyPath)}]}),
    },
    // Without the second, those of the system's folder would be trusted as well.
    env: caPem === undefined ? {} : {SSL_CERT_FILE: caPath, SSL_CERT_DIR: join(folder, 'no-others')},
  }
}
