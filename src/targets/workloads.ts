/** One running copy of a workload. */
export interface Replica {
  workload: string
  name: string
  /** 0 while it is not running. */
  pid: number
  state: 'starting' | 'ready' | 'not-ready' | 'stopped'
  restarts: number
  /** Where it answers by itself, without a proxy between. */
  url: string
  /** When its process began, in milliseconds since the epoch: tells two with the same pid apart. */
  startedAt: number
}

/** The signals that faults send. */
export type ReplicaSignal = 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'

/** What one holder asks of a replica's process. */
export interface Pressure {
  /** Share of its CPU time that is taken, from 0 to below 1. */
  cpu?: number
  /** Memory that it must hold without using it. */
  memoryBytes?: number
}

/** A replica's process as it is under pressure: what is asked of it, and what the kernel says. */
export interface PressureReading {
  /** 0 while it does not run. */
  pid: number
  /** Milliseconds on a clock that never goes back. */
  atMs: number
  /** Who puts pressure on it. */
  holders: string[]
  /** CPU time that it used since it began, all threads together. */
  cpuMs: number
  /** Time for which the CPU was taken from it, since the first pressure on it. */
  stoppedMs: number
  /** Whether a signal has stopped it at this moment. */
  stopped: boolean
  /** Memory that it holds for all holders. */
  heldBytes: number
  /** Memory of it that is resident. */
  rssBytes: number
  /** What its machine can spare. */
  availableBytes: number
}

/** What faults may do to the processes of a target. */
export interface Workloads {
  replicas(): Promise<Replica[]>
  /** Sends a signal to the replica's process; throws EnvironmentError when it is not running, or not `expectedPid`. */
  signal(replica: string, signal: ReplicaSignal, expectedPid?: number): Promise<void>
  /** Resolves when the replica is ready; throws EnvironmentError after `limitMs`. */
  untilReady(replica: string, limitMs: number, signal?: AbortSignal): Promise<void>
  /** Whether the replica is started again when it dies. */
  setRespawn(replica: string, respawn: boolean): Promise<void>
  /**
   * Sets what `holder` asks of the process `expectedPid`, in place of what it asked before. Throws EnvironmentError when
   * the replica is another process now, cannot hold so much, or does not answer.
   */
  press(replica: string, holder: string, pressure: Pressure, expectedPid: number): Promise<void>
  /** Takes off what `holder` asked for; works twice, and when the replica was started again meanwhile. */
  release(replica: string, holder: string): Promise<void>
  pressure(replica: string): Promise<PressureReading>
  /** Protection switches: `service.switch` → value. */
  switches(): Promise<Record<string, string | number | boolean>>
  setSwitches(changes: Record<string, string | number | boolean>): Promise<void>
}
