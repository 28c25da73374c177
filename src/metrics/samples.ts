/** The bits that Prometheus itself uses for a staleness marker: a NaN that no arithmetic makes. */
const staleBits = 0x7ff0000000000002n
const firstCapacity = 16

/** Samples of one series in time order, in typed arrays that double when they are full. */
export class Samples {
  #t = new Float64Array(firstCapacity)
  #v = new Float64Array(firstCapacity)
  /** The same memory as `#v`: bits survive here, while a NaN read as a number may lose them. */
  #bits = new BigUint64Array(this.#v.buffer)
  #start = 0
  #end = 0

  get length(): number {
    return this.#end - this.#start
  }

  /** Epoch ms of the oldest sample; infinite when there is none. */
  get firstMs(): number {
    return this.length === 0 ? Number.POSITIVE_INFINITY : (this.#t[this.#start] ?? Number.POSITIVE_INFINITY)
  }

  /** Epoch ms of the newest sample; minus infinite when there is none. */
  get lastMs(): number {
    return this.length === 0 ? Number.NEGATIVE_INFINITY : (this.#t[this.#end - 1] ?? Number.NEGATIVE_INFINITY)
  }

  get endsStale(): boolean {
    return this.length > 0 && this.#isStale(this.#end - 1)
  }

  /** Adds a sample, `null` for a staleness marker; false when it is not newer than the newest. */
  append(tMs: number, value: number | null): boolean {
    if (!(tMs > this.lastMs)) return false
    if (this.#end === this.#t.length) this.#makeRoom()
    this.#t[this.#end] = tMs
    if (value === null) this.#bits[this.#end] = staleBits
    else this.#v[this.#end] = value
    this.#end++
    return true
  }

  /** Forgets samples with `t <= cutoffMs`; returns how many. */
  dropUntil(cutoffMs: number): number {
    const before = this.length
    this.#start = this.#firstAfter(cutoffMs)
    return before - this.length
  }

  /** Samples with `fromMs < t <= toMs`. The arrays may be views: they are good until the next `append`. */
  between(fromMs: number, toMs: number): {t: Float64Array; v: ArrayLike<number | null>} {
    const from = this.#firstAfter(fromMs)
    const to = Math.max(from, this.#firstAfter(toMs))
    const v = this.#v.subarray(from, to)
    const hasStale = v.some((value, index) => Number.isNaN(value) && this.#isStale(from + index))
    return {
      t: this.#t.subarray(from, to),
      v: hasStale ? Array.from(v, (value, index) => (this.#isStale(from + index) ? null : value)) : v,
    }
  }

  #isStale(index: number): boolean {
    return Number.isNaN(this.#v[index]) && this.#bits[index] === staleBits
  }

  #firstAfter(tMs: number): number {
    let low = this.#start
    let high = this.#end
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#t[middle] ?? 0) <= tMs) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Reuses what `dropUntil` freed when that is at least half, else doubles. */
  #makeRoom(): void {
    const capacity = this.#start * 2 >= this.#t.length ? this.#t.length : this.#t.length * 2
    const t = new Float64Array(capacity)
    const bits = new BigUint64Array(capacity)
    t.set(this.#t.subarray(this.#start, this.#end))
    bits.set(this.#bits.subarray(this.#start, this.#end))
    this.#end -= this.#start
    this.#start = 0
    this.#t = t
    this.#bits = bits
    this.#v = new Float64Array(bits.buffer)
  }
}
