import {codeAt, endOfText, holds, type Side, sideOf} from './places.js'
import type {Program} from './program.js'

/** A set of instructions that a text so far may have led to, before what needs no character is gone through. */
interface State {
  at: number[]
  before: Side
  /** Where ASCII characters lead, and all others. */
  ascii: (State | undefined)[]
  others: Map<number, State>
  ends?: boolean
}

/** Numbers held in remembered states at most; beyond it, all are forgotten and found anew. */
const mostRemembered = 500_000

/** The characters and the end that can be reached from some instructions without reading one. */
const reachable = ({code}: Program, from: number[], before: Side, after: Side) => {
  const seen = new Set<number>()
  const chars: number[] = []
  let ends = false
  const open = from.toReversed()
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue
    seen.add(at)
    const instruction = code[at]
    if (instruction?.kind === 'char') chars.push(at)
    else if (instruction?.kind === 'match') ends = true
    else if (instruction?.kind === 'split') open.push(instruction.second, instruction.first)
    else if (instruction?.kind === 'save') open.push(instruction.next)
    else if (instruction && holds(instruction.what, before, after)) open.push(instruction.next)
  }
  return {chars, ends}
}

/**
 * Says whether a whole text matches. Every set of instructions met on the way is remembered with where each character
 * leads from it, so that a text costs one look-up per character, whatever the pattern; no text makes it go back.
 */
export const createAutomaton = (program: Program): ((text: string) => boolean) => {
  const {code} = program
  const hasAssertions = code.some(({kind}) => kind === 'assert')
  let states = new Map<string, State>()
  let remembered = 0

  const stateOf = (at: number[], before: Side): State => {
    const key = `${before} ${at.join(' ')}`
    const known = states.get(key)
    if (known) return known
    if (remembered > mostRemembered) {
      states = new Map()
      remembered = 0
    }
    remembered += at.length + 20
    const state: State = {at, before, ascii: [], others: new Map()}
    states.set(key, state)
    return state
  }

  const follow = (state: State, char: number): State => {
    const after = hasAssertions ? sideOf(char) : 'other'
    const next = new Set<number>()
    for (const at of reachable(program, state.at, state.before, after).chars) {
      const instruction = code[at]
      if (instruction?.kind === 'char' && instruction.test(char)) next.add(instruction.next)
    }
    const found = stateOf(
      [...next].sort((left, right) => left - right),
      after,
    )
    remembered++
    if (char < 128) state.ascii[char] = found
    else state.others.set(char, found)
    return found
  }

  return (text) => {
    let state = stateOf([program.start], hasAssertions ? 'edge' : 'other')
    for (let at = 0; at < text.length; at++) {
      const char = codeAt(text, at)
      if (char > 0xffff) at++
      state = (char < 128 ? state.ascii[char] : state.others.get(char)) ?? follow(state, char)
      if (state.at.length === 0) return false
    }
    state.ends ??= reachable(program, state.at, state.before, sideOf(endOfText)).ends
    return state.ends
  }
}
