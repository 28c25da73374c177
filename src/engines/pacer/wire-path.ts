const unfit = /[^\x21-\x7e]+/g
const anyUnfit = /[^\x21-\x7e]/

/**
 * A path as it may stand in a request: whatever is no visible ASCII is percent-encoded as UTF-8, the rest stays as it
 * is. A line break, or a letter that becomes one when it is cut to a byte, would end the request's first line.
 */
export const wirePath = (path: string): string =>
  anyUnfit.test(path)
    ? path.replace(unfit, (piece) =>
        Array.from(Buffer.from(piece), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(
          '',
        ),
      )
    : path
