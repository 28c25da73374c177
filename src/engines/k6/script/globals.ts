import {b64decode} from 'k6/encoding'

/** The parts of a URL that requests are compiled from. */
type Parts = Record<string, {protocol: string; origin: string; pathname: string}>

/** Gives k6, which has no `URL`, one that knows these: they were parsed before. */
export const provideUrl = (known: Parts): void => {
  if (typeof URL !== 'undefined') return
  class KnownUrl {
    static canParse(text: string): boolean {
      return Object.hasOwn(known, text)
    }
    constructor(text: string) {
      Object.assign(this, known[text])
    }
  }
  Object.assign(globalThis, {URL: KnownUrl})
}

/** Gives k6 as much of `Buffer` as requests are compiled with: bytes from base64. */
export const provideBuffer = (): void => {
  if (typeof Buffer !== 'undefined') return
  Object.assign(globalThis, {Buffer: {from: (text: string) => b64decode(text, 'std')}})
}
