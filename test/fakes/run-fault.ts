import {z} from 'zod'
import type {Evidence, Fault} from '../../src/faults/fault.js'
import type {Json} from '../../src/system/json.js'

/** A fault that writes down what is done to it, and fails where it is told to. */
export const recordingFault = (
  log: string[],
  {
    undoFails = () => false,
    bit = 'yes',
    adjust = async () => {},
  }: {undoFails?: () => boolean; bit?: Evidence['bit']; adjust?: (level: number) => Promise<void>} = {},
): Fault => ({
  summary: 'writes down',
  example: 'writes: {}',
  options: z.any(),
  aim: () => ({edges: [], replicas: [], does: 'writes down', undo: 'writes again'}),
  prepare: async ({id}) => {
    log.push(`prepare ${id}`)
    return {id}
  },
  inject: async ({id}) => {
    log.push(`inject ${id}`)
  },
  adjust: async ({id}, _inverse, level) => {
    log.push(`adjust ${id} to ${level}`)
    await adjust(level)
    log.push(`adjusted ${id} to ${level}`)
  },
  observe: async ({id, levels}, _inverse, _world, {level}) => {
    log.push(levels ? `observe ${id} at ${level}` : `observe ${id}`)
    return {bit, observations: [], numbers: {}}
  },
  undo: async (inverse: Json) => {
    log.push(`undo ${JSON.stringify(inverse)}`)
    if (undoFails()) throw new Error('the proxy is gone')
  },
  remedy: (inverse) => `take back ${JSON.stringify(inverse)}`,
})
