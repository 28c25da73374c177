import type {Call} from './call.js'

/** Calls in the order of their deadlines; each is given up when its time has come. */
export interface Deadlines {
  add(call: Call): void
  remove(call: Call): void
  /** All that are in it, the earliest first. */
  all(): Call[]
}

/**
 * Deadlines of calls with the same timeout, so that a new one usually belongs at the end. A list through the calls
 * themselves and one timer for its first, in place of a timer for each request: most are answered, and cost nothing.
 */
export const createDeadlines = (now: () => number): Deadlines => {
  let first: Call | undefined
  let last: Call | undefined
  let timer: NodeJS.Timeout | undefined
  let armedForMs = Number.POSITIVE_INFINITY

  const fire = (): void => {
    armedForMs = Number.POSITIVE_INFINITY
    // Giving up takes the call out of the list.
    for (let call = first; call !== undefined && call.deadlineMs <= now(); call = first)
      call.giveUp('timeout')
    if (first !== undefined) arm(first.deadlineMs)
  }
  // Left as it is when its call ends: it looks at what is first by then. So it is set anew once in a timeout.
  const arm = (deadlineMs: number): void => {
    if (deadlineMs >= armedForMs) return
    clearTimeout(timer)
    armedForMs = deadlineMs
    timer = setTimeout(fire, Math.max(0, Math.ceil(deadlineMs - now()))).unref()
  }
  const remove = (call: Call): void => {
    if (call.before === undefined) first = call.after
    else call.before.after = call.after
    if (call.after === undefined) last = call.before
    else call.after.before = call.before
    call.before = undefined
    call.after = undefined
  }

  return {
    remove,
    add: (call) => {
      let before = last
      while (before !== undefined && before.deadlineMs > call.deadlineMs) before = before.before
      const after = before === undefined ? first : before.after
      call.before = before
      call.after = after
      if (before === undefined) first = call
      else before.after = call
      if (after === undefined) last = call
      else after.before = call
      arm(call.deadlineMs)
    },
    all: () => {
      const calls: Call[] = []
      for (let call = first; call !== undefined; call = call.after) calls.push(call)
      return calls
    },
  }
}
