import {readFileSync} from 'node:fs'
import type {Room} from './virtual-users.js'

/** Soft limits are raised by k6 itself, as by every Go program: the hard one counts. */
const openFiles = (): number => {
  try {
    const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return hard === undefined || hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/** What this machine, or the container that we are in, has for virtual users now. */
export const roomHere = (): Room => ({bytes: process.availableMemory(), files: openFiles()})
