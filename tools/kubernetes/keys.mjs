import {execFile} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import {promisify} from 'node:util'
import {address, apiServiceAddress, domain, inside, node} from './settings.mjs'

const run = promisify(execFile)
const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

/** Paths of a certificate and its key. */
export const pair = (name) => ({
  certificate: inside('keys', `${name}.crt`),
  key: inside('keys', `${name}.key`),
})

const request = (name, subject, extra) => {
  const {certificate, key} = pair(name)
  // A configuration of our own: the system's adds extensions that make every certificate an authority.
  const config = ['-config', inside('keys', 'openssl.cnf')]
  const files = ['-keyout', key, '-out', certificate, '-days', '3650']
  return run('openssl', ['req', '-x509', ...config, ...curve, ...files, '-subj', subject, ...extra])
}

const authority = (name) =>
  request(name, `/CN=${name}`, [
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,digitalSignature,keyCertSign,cRLSign',
  ])

const certificate = (name, subject, names, issuer = 'cluster-ca') => {
  const signer = pair(issuer)
  const extra = ['-CA', signer.certificate, '-CAkey', signer.key]
  const extensions = ['keyUsage=critical,digitalSignature', 'extendedKeyUsage=serverAuth,clientAuth']
  if (names) extensions.push(`subjectAltName=${names}`)
  return request(name, subject, [...extra, ...extensions.flatMap((one) => ['-addext', one])])
}

const apiServerNames = [
  ...['127.0.0.1', apiServiceAddress, address].map((ip) => `IP:${ip}`),
  'DNS:localhost',
  ...['', '.default', '.default.svc', `.default.svc.${domain}`].map((rest) => `DNS:kubernetes${rest}`),
].join(',')

/** Makes every key and certificate of the cluster: P-256, signed by a cluster authority and a front-proxy one. */
export const makeKeys = async () => {
  mkdirSync(inside('keys'), {recursive: true, mode: 0o700})
  writeFileSync(inside('keys', 'openssl.cnf'), '[req]\ndistinguished_name = name\n[name]\n')
  // Not genpkey: the API server reads the public half of an EC key only from the older form.
  const account = ['ecparam', '-name', 'prime256v1', '-genkey', '-noout']
  await Promise.all([
    authority('cluster-ca'),
    authority('front-proxy-ca'),
    run('openssl', [...account, '-out', inside('keys', 'service-account.key')]),
  ])
  await Promise.all([
    certificate('apiserver', '/CN=kube-apiserver', apiServerNames),
    certificate('admin', '/O=system:masters/CN=admin'),
    certificate('kubelet', `/O=system:nodes/CN=system:node:${node}`, `IP:${address},DNS:${node}`),
    certificate('controller-manager', '/CN=system:kube-controller-manager'),
    certificate('scheduler', '/CN=system:kube-scheduler'),
    certificate('proxy', '/CN=system:kube-proxy'),
    certificate('metrics', '/CN=metrics', `IP:${address}`),
    certificate('front-proxy', '/CN=front-proxy-client', undefined, 'front-proxy-ca'),
  ])
}
