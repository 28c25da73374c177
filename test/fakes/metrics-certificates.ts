import {execFileSync} from 'node:child_process'
import {mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** An authority, a server certificate for 127.0.0.1 and a name, a client certificate: paths of PEM files. */
export interface Certificates {
  ca: string
  serverCert: string
  serverKey: string
  clientCert: string
  clientKey: string
}

/** Makes them with openssl, the server's for that name; `undefined` where there is none. */
export const makeCertificates = (host = 'prometheus.internal'): Certificates | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-certificates-'))
  const path = (name: string): string => join(folder, name)
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, {stdio: 'ignore', cwd: folder})
  }
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const signed = (name: string, extensions: string): void => {
    writeFileSync(path(`${name}.ext`), extensions)
    openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2']
    openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-out', `${name}.pem`, '-extfile', `${name}.ext`)
  }
  try {
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-days',
      '2',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-subj',
      '/CN=test-ca',
    )
    signed('server', `subjectAltName=DNS:${host},IP:127.0.0.1\n`)
    signed('client', 'extendedKeyUsage=clientAuth\n')
  } catch {
    return undefined
  }
  return {
    ca: path('ca.pem'),
    serverCert: path('server.pem'),
    serverKey: path('server.key'),
    clientCert: path('client.pem'),
    clientKey: path('client.key'),
  }
}
