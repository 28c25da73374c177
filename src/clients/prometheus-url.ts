import {printableUrl} from '../scenarios/prometheus-access.js'

/** An address taken apart, so that what is printed or logged holds no secret. */
export interface SplitUrl {
  /** Fit to print: without credentials and query string, no slash at the end of the path. */
  url: string
  /** As `url`, with the query string: where requests go. */
  target: string
  /** `user:password` when the address had a user. */
  user: string | undefined
}

/** Basic authentication (RFC 7617) of `user:password`. */
export const basicAuthorization = (user: string): string => `Basic ${Buffer.from(user).toString('base64')}`

/** A stray `%` in a password is no reason to refuse it. */
const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Takes the credentials out of an address; `undefined` when it is not an http(s) URL. */
export const splitCredentials = (address: string): SplitUrl | undefined => {
  const url = printableUrl(address)
  if (url === undefined) return undefined
  const {username, password, search} = new URL(address)
  const user = `${decode(username)}:${decode(password)}`
  return {url, target: url + search, user: user === ':' ? undefined : user}
}
