import {z} from 'zod'
import type {ConnectionSpec} from '../scenario.js'

const pem = (what: string) =>
  z.string().min(1).describe(`File (PEM) with ${what}, from the scenario's folder.`)

const tls = z
  .strictObject({
    ca: pem('the certificates of the authorities to trust, in place of the usual ones').exactOptional(),
    cert: pem('the certificate to show to the server').exactOptional(),
    key: pem(
      'the key of that certificate; the record names the file, and never holds what is in it',
    ).exactOptional(),
    'server-name': z
      .string()
      .min(1)
      .exactOptional()
      .describe('Name to ask for and to check the certificate against.'),
    insecure: z.literal(true).exactOptional().describe('Does not check the certificate of the server.'),
  })
  .refine(({cert, key}) => (cert === undefined) === (key === undefined), {
    error: 'a client certificate needs both "cert" and "key"',
  })

type Tls = NonNullable<ConnectionSpec['tls']>

/** How connections are made; `tls` stands for files that are read elsewhere. */
export const connectionKeys = {
  threads: z.int().min(1).max(64).exactOptional().describe('Threads that send; one by default.'),
  http: z
    .union([z.literal(1), z.literal(2)])
    .exactOptional()
    .describe('Version of HTTP; 1 by default. 2 needs a server that speaks it.'),
  tls: tls.exactOptional().describe('For endpoints that begin with https.'),
}

interface ConnectionKeys {
  http?: 1 | 2
  tls?: z.output<typeof tls>
}

const tlsOf = ({ca, cert, key, 'server-name': serverName, insecure}: z.output<typeof tls>): Tls => ({
  ...(ca !== undefined && {caPem: ca}),
  ...(cert !== undefined && {certPem: cert}),
  ...(key !== undefined && {keyPath: key}),
  ...(serverName !== undefined && {serverName}),
  ...(insecure && {insecure}),
})

/** The part of a load that says how connections are made; nothing when the file says nothing of it. */
export const connectionOf = ({http, tls}: ConnectionKeys): {connection?: ConnectionSpec} =>
  http === undefined && tls === undefined
    ? {}
    : {connection: {...(http !== undefined && {http}), ...(tls !== undefined && {tls: tlsOf(tls)})}}
