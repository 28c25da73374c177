/** What k6 brings along, as far as our script uses it. */

declare module 'k6/execution' {
  const exec: {
    scenario: {name: string; iterationInTest: number; startTime: number}
    vu: {metrics: {metadata: Record<string, string | number>}}
  }
  export default exec
}

declare module 'k6' {
  /** In seconds. */
  export const sleep: (seconds: number) => void
}

declare module 'k6/data' {
  /** One list for all users; its items are copied when they are read. */
  export const SharedArray: new <T>(name: string, make: () => T[]) => readonly T[]
}

declare module 'k6/encoding' {
  export const b64decode: (text: string, variant: 'std') => ArrayBuffer
}

declare module 'k6/http' {
  interface Params {
    headers?: Record<string, string>
    tags?: Record<string, string>
    timeout?: string
    redirects?: number
    responseType?: 'none'
    throw?: boolean
  }
  const http: {
    request(
      method: string,
      url: string,
      body: string | ArrayBuffer | null,
      params: Params,
    ): {status: number; body: string}
  }
  export default http
}

declare module 'k6/metrics' {
  export class Counter {
    constructor(name: string)
    add(value: number, tags?: Record<string, string>): void
  }
}
