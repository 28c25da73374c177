// A queue of c slots with known capacity, simulated: arrivals at random (Poisson), one line, first come first served.

/** A heap of the times at which slots are free, smallest first. */
const siftDown = (heap) => {
  for (let at = 0; ; ) {
    const left = 2 * at + 1
    if (left >= heap.length) return
    const child = left + 1 < heap.length && heap[left + 1] < heap[left] ? left + 1 : left
    if (heap[at] <= heap[child]) return
    ;[heap[at], heap[child]] = [heap[child], heap[at]]
    at = child
  }
}

const exponential = (random, mean) => -mean * Math.log(1 - random.next())

/** One trial on an idle queue: the share of requests that took longer than `boundMs`, of those due after settling. */
export const trialLoss = ({ratePerSecond, settleMs, measureMs, stall}, server, random) => {
  const {slots, serviceMs, kind, boundMs} = server
  const free = new Array(slots).fill(0)
  // Nothing is served while the machine stands still.
  const stallAt = stall ? settleMs + random.next() * measureMs : Number.POSITIVE_INFINITY
  const stallEnd = stallAt + 500
  let total = 0
  let bad = 0
  const gapMs = 1000 / ratePerSecond
  for (let atMs = gapMs * random.next(); atMs < settleMs + measureMs; atMs += exponential(random, gapMs)) {
    let startMs = Math.max(atMs, free[0])
    if (startMs >= stallAt && startMs < stallEnd) startMs = stallEnd
    const takesMs = kind === 'fixed' ? serviceMs : exponential(random, serviceMs)
    let endMs = startMs + takesMs
    if (startMs < stallAt && endMs > stallAt) endMs += 500
    free[0] = endMs
    siftDown(free)
    if (atMs < settleMs) continue
    total++
    if (endMs - atMs > boundMs) bad++
  }
  return {total, bad}
}

/** P(wait > 0) in M/M/c (Erlang C), by the recursion of Erlang B. */
const erlangC = (slots, load) => {
  let blocked = 1
  for (let n = 1; n <= slots; n++) blocked = (load * blocked) / (n + load * blocked)
  return (slots * blocked) / (slots - load * (1 - blocked))
}

/** P(time in the system > t) in M/M/c in the long run; all rates per ms. */
const tail = (slots, mu, lambda, tMs) => {
  const wait = erlangC(slots, lambda / mu)
  const theta = slots * mu - lambda
  const own = Math.exp(-mu * tMs)
  if (Math.abs(theta - mu) < 1e-9) return own * (1 + wait * mu * tMs)
  // Wait W: 0 with 1 - C, else exponential(theta); plus a service of exponential(mu).
  const both = (theta * own - mu * Math.exp(-theta * tMs)) / (theta - mu)
  return (1 - wait) * own + wait * both
}

/** The rate at which exactly `lossAllowed` of the requests take longer than the bound, in the long run: by bisection. */
export const trueCapacity = ({slots, serviceMs, boundMs, lossAllowed}) => {
  let low = 0
  let high = slots / serviceMs
  for (let step = 0; step < 60; step++) {
    const rate = (low + high) / 2
    if (tail(slots, 1 / serviceMs, rate, boundMs) <= lossAllowed) low = rate
    else high = rate
  }
  return low * 1000
}
