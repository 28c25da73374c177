import {type Assertion, type CharTest, RegexError, type RegexNode} from './tree.js'

/** One instruction; `next` and its like are the numbers of others. Of a split, `first` is preferred. */
export type Instruction =
  | {kind: 'char'; test: CharTest; next: number}
  | {kind: 'assert'; what: Assertion; next: number}
  | {kind: 'save'; slot: number; next: number}
  | {kind: 'split'; first: number; second: number}
  | {kind: 'match'}

/** A non-deterministic automaton (Thompson's construction); the way through a text is found in linear time. */
export interface Program {
  code: Instruction[]
  start: number
  groups: number
  /** The numbers of named groups; of two with the same name, the last. */
  names: Map<string, number>
}

const mostInstructions = 500_000

const canBeEmpty = (node: RegexNode): boolean => {
  switch (node.kind) {
    case 'char':
      return false
    case 'assert':
      return true
    case 'sequence':
      return node.parts.every(canBeEmpty)
    case 'choice':
      return node.options.some(canBeEmpty)
    case 'group':
      return canBeEmpty(node.of)
    case 'repeat':
      return node.min === 0 || canBeEmpty(node.of)
  }
}

/** Translates a pattern from its end to its start: each part is told where to go on. Throws RegexError when too large. */
export const compile = (root: RegexNode, groups: number, source: string): Program => {
  const code: Instruction[] = []
  const names = new Map<string, number>()

  const emit = (instruction: Instruction): number => {
    if (code.length >= mostInstructions) throw new RegexError('expression too large', source)
    return code.push(instruction) - 1
  }
  const either = (way: number, next: number, greedy: boolean): number =>
    emit({kind: 'split', first: greedy ? way : next, second: greedy ? next : way})

  /** A loop: whether to go round again is asked at `asks`, and before the first round when `body` is not the entry. */
  const looped = (of: RegexNode, greedy: boolean, next: number): {body: number; asks: number} => {
    const split: Instruction = {kind: 'split', first: next, second: next}
    const asks = emit(split)
    const body = part(of, asks)
    if (greedy) split.first = body
    else split.second = body
    return {body, asks}
  }

  const repeated = ({of, min, max, greedy}: RegexNode & {kind: 'repeat'}, after: number): number => {
    let next = after
    if (max === Number.POSITIVE_INFINITY) {
      const {body, asks} = looped(of, greedy, next)
      // What may be empty is (of+)?, so that an empty round is not preferred to leaving.
      if (min === 0) return canBeEmpty(of) ? either(body, next, greedy) : asks
      next = body
      for (let times = 1; times < min; times++) next = part(of, next)
      return next
    }
    // `a{1,3}` is a(a(a)?)?: each further one may be left out together with those after it.
    for (let times = min; times < max; times++) next = either(part(of, next), after, greedy)
    for (let times = 0; times < min; times++) next = part(of, next)
    return next
  }

  const part = (node: RegexNode, next: number): number => {
    switch (node.kind) {
      case 'char':
        return emit({kind: 'char', test: node.test, next})
      case 'assert':
        return emit({kind: 'assert', what: node.what, next})
      case 'sequence':
        return node.parts.reduceRight((after, one) => part(one, after), next)
      case 'choice':
        return node.options
          .map((option) => part(option, next))
          .reduceRight((second, first) => emit({kind: 'split', first, second}))
      case 'group': {
        if (node.name !== undefined) names.set(node.name, node.index)
        const end = emit({kind: 'save', slot: 2 * node.index + 1, next})
        return emit({kind: 'save', slot: 2 * node.index, next: part(node.of, end)})
      }
      case 'repeat':
        return repeated(node, next)
    }
  }

  return {start: part(root, emit({kind: 'match'})), code, groups, names}
}
