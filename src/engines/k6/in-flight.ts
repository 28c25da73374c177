/** How many arrivals were under way at the end of each second, by the times that k6 tells, some of them late. */
export const createInFlight = () => {
  const changes = new Map<number, number>()
  let asked = -1
  let sum = 0
  const add = (second: number, count: number): void => {
    if (second <= asked) sum += count
    else changes.set(second, (changes.get(second) ?? 0) + count)
  }
  return {
    began: (second: number): void => add(second, 1),
    ended: (second: number): void => add(second, -1),
    /** Asked for each second in turn. */
    atEndOf: (second: number): number => {
      for (; asked < second; changes.delete(asked)) sum += changes.get(++asked) ?? 0
      return sum
    },
  }
}
