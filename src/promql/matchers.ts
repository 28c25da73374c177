import {type Labels, labelOf} from './labels.js'
import {anchored} from './regex.js'
import type {Matcher} from './storage.js'

/** Whether a label's value (empty when absent) passes a matcher. */
type Test = (value: string) => boolean

const tests: Record<Matcher['op'], (value: string) => Test> = {
  '=': (wanted) => (value) => value === wanted,
  '!=': (unwanted) => (value) => value !== unwanted,
  '=~': (pattern) => {
    const regex = anchored(pattern)
    return (value) => regex.test(value)
  },
  '!~': (pattern) => {
    const regex = anchored(pattern)
    return (value) => !regex.test(value)
  },
}

/** Compiles matchers once; the result says whether a series' labels pass all of them. */
export const compileMatchers = (matchers: readonly Matcher[]): ((labels: Labels) => boolean) => {
  const compiled = matchers.map(({label, op, value}) => ({label, test: tests[op](value)}))
  return (labels) => compiled.every(({label, test}) => test(labelOf(labels, label)))
}

/** Whether labels pass all matchers; an absent label counts as empty. Regular expressions match whole values. */
export const matches = (labels: Labels, matchers: readonly Matcher[]): boolean =>
  compileMatchers(matchers)(labels)

export const matchesEmpty = ({op, value}: Matcher): boolean => tests[op](value)('')
