/**
 * Bytes of a block: room for some sixty samples of a counter. A block is read from its start, so a larger one makes short
 * windows slow, and wastes more on a series of few samples; a smaller one is mostly header.
 */
export const blockBytes = 128
const blocksPerPage = 512

interface Page {
  view: DataView
  used: number
  /** Places in the page that were used and given back. */
  free: number[]
  /** Places from here on were never used. */
  fresh: number
}

const newPage = (): Page => ({
  view: new DataView(new ArrayBuffer(blocksPerPage * blockBytes)),
  used: 0,
  free: [],
  fresh: 0,
})

/**
 * Memory in blocks of one size, cut from pages of 64 KB, so that samples cost bytes and no objects.
 * A page goes back to the system when none of its blocks is used.
 */
export class BlockPool {
  readonly #pages: (Page | undefined)[] = []
  /** Pages that have a free block, and indices in `#pages` that have no page. */
  readonly #roomy = new Set<number>()
  readonly #vacant: number[] = []
  #used = 0

  /** Bytes of the blocks in use. */
  get usedBytes(): number {
    return this.#used * blockBytes
  }

  /** Bytes taken from the system. */
  get heldBytes(): number {
    return (this.#pages.length - this.#vacant.length) * blocksPerPage * blockBytes
  }

  /** A block to write to. What an earlier user left is still in it. */
  take(): number {
    const [index = this.#addPage()] = this.#roomy
    const page = this.#pageAt(index)
    const place = page.free.pop() ?? page.fresh++
    page.used++
    this.#used++
    if (page.used === blocksPerPage) this.#roomy.delete(index)
    return index * blocksPerPage + place
  }

  /** Gives a block back that nobody will read any more. */
  give(block: number): void {
    const index = Math.floor(block / blocksPerPage)
    const page = this.#pageAt(index)
    page.free.push(block % blocksPerPage)
    page.used--
    this.#used--
    this.#roomy.add(index)
    if (page.used > 0) return
    this.#pages[index] = undefined
    this.#roomy.delete(index)
    this.#vacant.push(index)
  }

  /** The memory that a block lies in, from `offsetOf(block)` on. */
  viewOf(block: number): DataView {
    return this.#pageAt(Math.floor(block / blocksPerPage)).view
  }

  offsetOf(block: number): number {
    return (block % blocksPerPage) * blockBytes
  }

  #addPage(): number {
    const index = this.#vacant.pop() ?? this.#pages.length
    this.#pages[index] = newPage()
    this.#roomy.add(index)
    return index
  }

  #pageAt(index: number): Page {
    const page = this.#pages[index]
    if (!page) throw new Error(`block of page ${index} is used after it was given back`)
    return page
  }
}
