import type {LoggedRequest} from './logged-request.js'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `host ident user [time] "request" status bytes`, and whatever the combined format and its kin add. */
const line =
  /^\S+ \S+ .*?\[(\d{2})\/(\w{3})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))? ([+-]\d{2})(\d{2})\] "((?:[^"\\]|\\.)*)"/
const request = /^([A-Z][A-Z-]*) (\S+)(?: HTTP\/\d(?:\.\d)?)?$/

/** `/cart?x=1` of `http://shop.test/cart?x=1`, as a forward proxy logs it. */
const pathOf = (target: string): string | undefined => {
  if (target.startsWith('/')) return target
  if (!/^https?:\/\//.test(target) || !URL.canParse(target)) return undefined
  const {pathname, search} = new URL(target)
  return pathname + search
}

/** A control character or a quote is written `\x16` or `\"` in a log. */
const unescaped = (text: string): string =>
  text
    .replace(/\\x([0-9a-fA-F]{2})/g, (_all, hex: string) => `%${hex}`)
    .replace(/\\(.)/g, (_all, char: string) => char)
    .replace(/[^\x21-\x7e]/gu, encodeURIComponent)

/** What is wrong with a line that is none. */
export interface Unreadable {
  problem: string
}

/**
 * Reads a line of an access log in the common or combined format, as Apache and nginx write them by default.
 * `skipped`: what is no request that could be sent again, such as a scanner's garbage or a CONNECT.
 */
export const parseAccessLine = (text: string): LoggedRequest | Unreadable | 'skipped' => {
  const [, day, month = '', year, hour, minute, second, fraction, zoneHour, zoneMinute, asked = ''] =
    line.exec(text) ?? []
  if (day === undefined)
    return {
      problem:
        'expected an access log line: host - user [10/Oct/2025:13:55:36 +0000] "GET /path HTTP/1.1" 200 123',
    }
  const monthIndex = months.indexOf(month)
  if (monthIndex < 0) return {problem: `there is no month "${month}"`}
  const localMs = Date.UTC(
    Number(year),
    monthIndex,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  const sign = zoneHour?.startsWith('-') ? -1 : 1
  const zoneMs = (Number(zoneHour) * 60 + sign * Number(zoneMinute)) * 60_000
  const [, method = '', target = ''] = request.exec(asked) ?? []
  const path = pathOf(unescaped(target))
  if (path === undefined || method === 'CONNECT') return 'skipped'
  const fractionMs = fraction === undefined ? 0 : Number(`0.${fraction}`) * 1000
  return {atMs: localMs - zoneMs + fractionMs, exact: fraction !== undefined, method, path}
}
