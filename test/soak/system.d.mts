/** The small system that is broken and looked at; see system.mjs. */
export interface SmallSystem {
  /** Path of its target file. */
  targetPath: string
  /** Where each proxy listens, `host:port` by name. */
  listen: Record<string, string>
  api: {url: string; proxies(): Promise<Record<string, {enabled: boolean; toxics: {name: string}[]}>>}
  /** The server's process; undefined when it is somebody else's. */
  toxiproxy: {
    url: string
    /** Starts it again on its port, empty. */
    start(): Promise<void>
    kill(): Promise<void>
    signal(name: NodeJS.Signals): boolean
  }
  control: {url: string; replicas(): {name: string; state: string; pid: number}[]}
  /** Everything that faults may change, as text: equal text is an equal world. */
  world(): Promise<string>
  stop(): Promise<void>
}

export const startSystem: (kind: 'embedded' | 'real', folder: string) => Promise<SmallSystem>
