import {type Framing, framingOf, readFields} from './fields.js'
import {Splitter} from './splitter.js'

/** What an answer says before its body. */
export interface ResponseHead {
  framing: Framing
  /** 1xx: the answer proper is still to come. */
  isInterim: boolean
}

const statusLine = /^HTTP\/1\.[01] ([1-5]\d\d)(?: .*)?$/
const beginning = /^H?T?T?P?\/?1?\.?[01]?(?: .*)?\r?$/

const readResponse = (head: string, method: string): ResponseHead | undefined => {
  const [first = '', ...lines] = head.slice(0, -4).split('\r\n')
  const status = Number(statusLine.exec(first)?.[1])
  const fields = readFields(lines)
  if (!status || !fields) return undefined
  const leaves = status === 101 || (method === 'CONNECT' && status >= 200 && status < 300)
  if (leaves) return {framing: {kind: 'tunnel'}, isInterim: false}
  if (status < 200) return {framing: {kind: 'none'}, isInterim: true}
  if (method === 'HEAD' || status === 204 || status === 304)
    return {framing: {kind: 'none'}, isInterim: false}
  const framing = framingOf(fields, {kind: 'until-close'})
  return framing && {framing, isInterim: false}
}

/** Splits what a server sends; `method` is that of the request that is being answered: it decides whether there is a body. */
export const responseSplitter = (method: () => string): Splitter<ResponseHead> =>
  new Splitter({
    plausible: (line, isWhole) => (isWhole ? statusLine : beginning).test(line),
    read: (head) => readResponse(head, method()),
  })
