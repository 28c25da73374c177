/** Whether the first of two values leaves a ranking before the second. */
export type Worse = (left: number, right: number) => boolean

export interface Entry {
  value: number
  /** What the caller knows it by. */
  id: number
}

/** The first of the entry and its two children is the worst; what is below is so already. */
const siftDown = (heap: Entry[], worse: Worse): void => {
  let parent = 0
  for (;;) {
    const left = heap[2 * parent + 1]
    const right = heap[2 * parent + 2]
    const at = heap[parent]
    if (!left || !at) return
    const isRight = right !== undefined && worse(right.value, left.value)
    const child = isRight ? right : left
    if (!worse(child.value, at.value)) return
    const place = 2 * parent + (isRight ? 2 : 1)
    heap[parent] = child
    heap[place] = at
    parent = place
  }
}

const siftUp = (heap: Entry[], worse: Worse): void => {
  let child = heap.length - 1
  while (child > 0) {
    const parent = (child - 1) >> 1
    const [below, above] = [heap[child], heap[parent]]
    if (!below || !above || !worse(below.value, above.value)) return
    heap[child] = above
    heap[parent] = below
    child = parent
  }
}

/**
 * Offers a value to a heap of the best `size`, the worst of which is on top. Entries move just as in Go's
 * container/heap: which of equal values stay, in Prometheus, is decided by those moves.
 */
export const offer = (heap: Entry[], size: number, worse: Worse, value: number, id: number): void => {
  const [worst] = heap
  if (!worst || heap.length < size) {
    heap.push({value, id})
    siftUp(heap, worse)
  } else if (worse(worst.value, value) && !Number.isNaN(value)) {
    heap[0] = {value, id}
    siftDown(heap, worse)
  }
}

/** What a heap holds, best first. */
export const bestFirst = (heap: readonly Entry[], worse: Worse): number[] => {
  const order = (left: Entry, right: Entry): number =>
    Number(worse(left.value, right.value)) - Number(worse(right.value, left.value))
  return [...heap].sort(order).map(({id}) => id)
}
