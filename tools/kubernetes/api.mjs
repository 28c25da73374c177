import {readFileSync} from 'node:fs'
import {Agent, request as httpsRequest} from 'node:https'
import {pair} from './keys.mjs'
import {apiServer} from './settings.mjs'

/** A connection to the API server as its administrator. */
export const connect = () => {
  const {certificate, key} = pair('admin')
  return new Agent({
    ca: readFileSync(pair('cluster-ca').certificate),
    cert: readFileSync(certificate),
    key: readFileSync(key),
    keepAlive: true,
  })
}

const collect = async (response) => {
  let text = ''
  response.setEncoding('utf8')
  for await (const chunk of response) text += chunk
  return text
}

const send = (agent, {method, path, body, type}, signal) =>
  new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : {'content-type': type}
    const outgoing = httpsRequest(new URL(path, apiServer), {agent, method, headers, signal}, resolve)
    outgoing.on('error', reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })

/** One call; answers `{status, text}` whatever the status is. Ends after 10 s. */
export const call = async (agent, method, path, body, type = 'application/json') => {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), 10_000)
  try {
    const response = await send(agent, {method, path, body, type}, limit.signal)
    return {status: response.statusCode, text: await collect(response)}
  } finally {
    clearTimeout(timer)
  }
}

/** One call that must succeed, as an object. */
export const get = async (agent, path) => {
  const {status, text} = await call(agent, 'GET', path)
  if (status !== 200) throw new Error(`${path} answered ${status}: ${text.slice(0, 200)}`)
  return JSON.parse(text)
}

/** Makes the object what it is here, whatever it was (server-side apply). */
export const apply = async (agent, path, object) => {
  const query = 'fieldManager=test-cluster&force=true'
  const type = 'application/apply-patch+yaml'
  const {status, text} = await call(agent, 'PATCH', `${path}/${object.metadata.name}?${query}`, object, type)
  if (status !== 200 && status !== 201) throw new Error(`${path} answered ${status}: ${text.slice(0, 300)}`)
}

/** Calls back with every event of a list from that version on, until the server ends the watch. */
export const watch = async (agent, path, version, onEvent) => {
  const query = `watch=1&resourceVersion=${version}&timeoutSeconds=300`
  const response = await send(agent, {method: 'GET', path: `${path}?${query}`})
  if (response.statusCode !== 200) throw new Error(`watching ${path} answered ${response.statusCode}`)
  response.setEncoding('utf8')
  let rest = ''
  for await (const chunk of response) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onEvent(JSON.parse(line))
  }
}
