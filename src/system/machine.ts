import {cpus, totalmem} from 'node:os'

/** What this machine is, for the record. */
export const describeMachine = () => ({
  platform: `${process.platform}-${process.arch}`,
  cpus: cpus().length,
  cpuModel: cpus()[0]?.model ?? 'unknown',
  memoryBytes: totalmem(),
})
