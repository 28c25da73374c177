/** An address with its credentials taken out, so that what is printed or logged holds none. */
export interface SplitUrl {
  /** Without credentials, query string kept, no slash at the end of the path. */
  url: string
  /** `Basic …` (RFC 7617) when the address had a user. */
  authorization: string | undefined
}

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
  const parsed = URL.canParse(address) ? new URL(address) : undefined
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return undefined
  const user = `${decode(parsed.username)}:${decode(parsed.password)}`
  parsed.username = ''
  parsed.password = ''
  parsed.hash = ''
  parsed.pathname = parsed.pathname.replace(/\/+$/, '')
  return {
    url: parsed.href.replace(/\/$/, ''),
    authorization: user === ':' ? undefined : `Basic ${Buffer.from(user).toString('base64')}`,
  }
}
