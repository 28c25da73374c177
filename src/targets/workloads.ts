/** One running copy of a workload. */
export interface Replica {
  workload: string
  name: string
  /** 0 while it is not running. */
  pid: number
  state: 'starting' | 'ready' | 'not-ready' | 'stopped'
  restarts: number
}

/** What faults may do to the processes of a target. */
export interface Workloads {
  replicas(): Promise<Replica[]>
  /** Sends a signal to the replica's process; throws EnvironmentError when it is not running. */
  signal(replica: string, signal: NodeJS.Signals, expectedPid?: number): Promise<void>
  /** Resolves when the replica is ready; throws EnvironmentError after `limitMs`. */
  untilReady(replica: string, limitMs: number, signal?: AbortSignal): Promise<void>
  /** Whether the replica is started again when it dies. */
  setRespawn(replica: string, respawn: boolean): Promise<void>
  /** Protection switches: `service.switch` → value. */
  switches(): Promise<Record<string, string | number | boolean>>
  setSwitches(changes: Record<string, string | number | boolean>): Promise<void>
}
