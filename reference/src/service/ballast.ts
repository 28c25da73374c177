/** Memory that can be given back: Node 20 has it, the ES2023 types do not. */
type Resizable = ArrayBuffer & {resize(bytes: number): void}
const ResizableBuffer = ArrayBuffer as unknown as new (
  bytes: number,
  options: {maxByteLength: number},
) => Resizable

const chunkBytes = 16 * 1024 * 1024

/** Memory that this process holds and does not use, so that it has that much less for its work. */
export interface Ballast {
  /** Takes or gives back until exactly `bytes` are held, or until asked for another amount; says how much is held. */
  hold(bytes: number): Promise<number>
}

const afterOthers = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * Holds memory outside the heap, every page of it touched. Resizable buffers give theirs back at once when they shrink,
 * where an ordinary buffer would keep it until some later garbage collection. One chunk at a time: requests are answered
 * in between.
 */
export const createBallast = (): Ballast => {
  const chunks: Resizable[] = []
  let held = 0
  let wanted = 0
  const grow = (bytes: number): void => {
    const chunk = new ResizableBuffer(bytes, {maxByteLength: bytes})
    new Uint8Array(chunk).fill(1)
    chunks.push(chunk)
    held += bytes
  }
  const shrink = (by: number): void => {
    const chunk = chunks.at(-1)
    if (!chunk) return
    const less = Math.min(by, chunk.byteLength)
    chunk.resize(chunk.byteLength - less)
    held -= less
    if (chunk.byteLength === 0) chunks.pop()
  }
  return {
    hold: async (bytes) => {
      wanted = bytes
      while (held !== wanted) {
        if (held < wanted) grow(Math.min(chunkBytes, wanted - held))
        else shrink(held - wanted)
        await afterOthers()
      }
      return held
    },
  }
}
