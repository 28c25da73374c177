import {codeAt, endOfText, holds, type Side, sideOf} from './places.js'
import type {Program} from './program.js'

/** One way through the pattern: where it stands, and where its groups began and ended (in UTF-16 units). */
interface Thread {
  at: number
  slots: readonly number[]
}

/** Goes through what needs no character, in order of preference; only the first way to an instruction counts. */
const advanced = ({code}: Program, threads: Thread[], offset: number, before: Side, after: Side) => {
  const seen = new Set<number>()
  const waiting: Thread[] = []
  const open = threads.toReversed()
  for (let thread = open.pop(); thread; thread = open.pop()) {
    const {at, slots} = thread
    const instruction = code[at]
    if (!instruction || seen.has(at)) continue
    seen.add(at)
    if (instruction.kind === 'split')
      open.push({at: instruction.second, slots}, {at: instruction.first, slots})
    else if (instruction.kind === 'save') {
      open.push({at: instruction.next, slots: slots.with(instruction.slot, offset)})
    } else if (instruction.kind === 'assert') {
      if (holds(instruction.what, before, after)) open.push({at: instruction.next, slots})
    } else waiting.push(thread)
  }
  return waiting
}

/**
 * What each group of the pattern held when it matches the whole text: by number, 0 being all of it; undefined for one
 * that took no part. The way that a backtracking search would find first, found without going back.
 */
export const capturesOf = (program: Program, text: string): (string | undefined)[] | undefined => {
  const {code} = program
  let offset = 0
  let before: Side = 'edge'
  let threads: Thread[] = [{at: program.start, slots: Array<number>(2 * program.groups + 2).fill(-1)}]
  const step = (char: number): void => {
    const after = sideOf(char)
    threads = advanced(program, threads, offset, before, after).flatMap(({at, slots}) => {
      const instruction = code[at]
      return instruction?.kind === 'char' && instruction.test(char) ? [{at: instruction.next, slots}] : []
    })
    before = after
    offset += char > 0xffff ? 2 : 1
  }
  while (offset < text.length) {
    step(codeAt(text, offset))
    if (threads.length === 0) return undefined
  }
  const ended = advanced(program, threads, offset, before, sideOf(endOfText))
  const found = ended.find(({at}) => code[at]?.kind === 'match')
  if (!found) return undefined
  return Array.from({length: program.groups + 1}, (_, group) => {
    const [from = -1, to = -1] = found.slots.slice(2 * group, 2 * group + 2)
    if (group === 0) return text
    return from < 0 || to < 0 ? undefined : text.slice(from, to)
  })
}
