import {readFileSync} from 'node:fs'
import {writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
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

/** k6's own options for a client certificate, its key among them; none where there is none. Throws UserError. */
export const clientOptionsOf = ({scenario}: Plan): Record<string, Json> => {
  const {certPem, keyPath} = scenario.load.connection?.tls ?? {}
  if (certPem === undefined || keyPath === undefined) return {}
  return {tlsAuth: [{cert: certPem, key: readKey(keyPath)}]}
}

/** Throws UserError for what k6 cannot do. */
export const checkTls = ({scenario}: Plan): void => {
  if (scenario.load.connection?.tls?.serverName === undefined) return
  throw new UserError('k6 cannot ask for a server name of its own (load.tls.server-name)', {
    hint: 'Use engine: pacer, or an endpoint with that name.',
  })
}

/** What makes Go trust the authorities of that file, and no others: the system's folder would be trusted as well. */
export const trustOnly = (caPath: string): Record<string, string> => ({
  SSL_CERT_FILE: caPath,
  SSL_CERT_DIR: join(dirname(caPath), 'no-others'),
})

/**
 * The certificates of a load for k6, whose own options know no authority: Go reads those from the file that a variable
 * names, in place of the system's. Throws UserError for what k6 cannot do.
 */
export const tlsOf = async (plan: Plan, folder: string, warn: (message: string) => void): Promise<K6Tls> => {
  const {scenario, target} = plan
  const {tls = {}, http = 1} = scenario.load.connection ?? {}
  const {caPem, insecure} = tls
  checkTls(plan)
  const isTls = Object.values(target.endpoints).some((url) => url.startsWith('https:'))
  if (http === 1 && isTls && scenario.load.script === undefined)
    warn('k6 speaks HTTP/2 with an https endpoint that offers it, where pacer would speak HTTP/1.1')
  const caPath = join(folder, 'ca.pem')
  if (caPem !== undefined) await writeFile(caPath, caPem)
  return {
    options: {...(insecure && {insecureSkipTLSVerify: true}), ...clientOptionsOf(plan)},
    env: caPem === undefined ? {} : trustOnly(caPath),
  }
}
