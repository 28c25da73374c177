import {type Framing, framingOf, lists, readFields} from './fields.js'
import {Splitter} from './splitter.js'

/** What a request says before its body. */
export interface RequestHead {
  method: string
  /** Without authority and query. */
  path: string
  framing: Framing
  /** Whether the client keeps the connection after the answer. */
  keepAlive: boolean
  /** HTTP/1.0 keeps a connection only when both sides say so. */
  isOld: boolean
  /** The client waits for "100 Continue" before it sends the body. */
  expectsContinue: boolean
  /** Asks for another protocol on this connection. */
  leavesHttp: boolean
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,24}"
const target = '[\\x21-\\x7e\\x80-\\xff]'
const whole = new RegExp(`^(${token}) (${target}+) HTTP/1\\.([01])$`)
/** As far as it goes, in which a line feed would be foreign: most other protocols are told by their first bytes. */
const beginning = new RegExp(`^(?:${token}(?: (?:${target}+(?: [HTP/1.0]{0,8}\\r?)?)?)?|\\r)?$`)

/** Whether data begins with the first line of a request, all of it: hardly anything else does. */
export const beginsRequest = (data: Buffer): boolean => {
  const end = data.indexOf('\r\n')
  return end > 0 && whole.test(data.toString('latin1', 0, end))
}

const pathOf = (requestTarget: string): string => {
  const path = requestTarget.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '')
  return path === '' ? '/' : path
}

const readRequest = (head: string): RequestHead | undefined => {
  const [first = '', ...lines] = head.slice(0, -4).split('\r\n')
  const [, method, requestTarget = '', minor] = whole.exec(first) ?? []
  const fields = readFields(lines)
  const framing = fields && framingOf(fields, {kind: 'none'})
  if (!method || !framing) return undefined
  const isOld = minor === '0'
  // Java's HTTP client offers h2c with every first request over plain HTTP: that is a request like any other.
  const offers = fields.get('upgrade')?.some((protocol) => protocol.toLowerCase() !== 'h2c') ?? false
  return {
    method,
    path: pathOf(requestTarget),
    framing,
    keepAlive: isOld ? lists(fields, 'connection', 'keep-alive') : !lists(fields, 'connection', 'close'),
    isOld,
    expectsContinue: !isOld && framing.kind !== 'none' && lists(fields, 'expect', '100-continue'),
    leavesHttp: method === 'CONNECT' || (offers && lists(fields, 'connection', 'upgrade')),
  }
}

/** Splits what a client sends. */
export const requestSplitter = (): Splitter<RequestHead> =>
  new Splitter({
    plausible: (line, isWhole) => (isWhole ? whole : beginning).test(line),
    read: readRequest,
  })
