import type {Column} from '../evaluate/values.js'
import {keyOn, keyWithout, type Labels, only, without} from '../labels.js'
import type {Matching} from '../syntax/ast.js'

const everything: Matching = {on: false, labels: []}

/** The text that two series have in common when they belong together. */
const signatureOf = ({on, labels}: Matching = everything): ((labels: Labels) => string) => {
  const names = [...new Set(labels)].sort()
  if (on) return (of) => keyOn(of, names)
  const ignored = new Set([...names, '__name__'])
  return (of) => keyWithout(of, ignored)
}

/** The labels that a match is about, for error messages. */
export const matchedLabels = (of: Labels, {on, labels}: Matching = everything): Labels =>
  on ? only(of, labels) : without(of, new Set([...labels, '__name__']))

/** Numbers the signatures of both sides from 0, so that each step works with arrays instead of texts. */
export const numbered = (left: Column[], right: Column[], matching: Matching | undefined) => {
  const numbers = new Map<string, number>()
  const signature = signatureOf(matching)
  const number = ({labels}: Column): number => {
    const key = signature(labels)
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, numbers.size)
    return numbers.size - 1
  }
  return {left: left.map(number), right: right.map(number), count: numbers.size}
}
