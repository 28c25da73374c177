import type {QueueLimit} from './queue.js'
import type {Stage} from './stage.js'

/** Which way a link carries data: `upstream` is client to server, `downstream` is server to client. */
export type Direction = 'upstream' | 'downstream'

/**
 * One kind of toxic. `pipe` moves the data of one link from the stage's input to its output until `read` says that
 * there is no more; it returns early when the stage is interrupted (the toxic was changed or removed, or the link closed).
 */
export interface ToxicKind<Name extends string = string> {
  /** Names of the (whole-number) attributes, in the order of the original's JSON. */
  attributes: readonly Name[]
  /** The original's names for the attributes' owner and type: clients see them in its error texts. */
  goType: string
  goInteger: 'int64' | 'int'
  /** How much may wait before this toxic; by default about one read of a socket. */
  queue?: QueueLimit
  /** True when data is lost under this toxic, so that taking it away has to close the connection. */
  closesOnRemoval?: true
  pipe(stage: Stage, attributes: Record<Name, number>): Promise<void>
  /**
   * True when so many bytes, received at that time, may go by at once and unchanged. It is asked only while `pipe` waits
   * in `read` and nothing else does, and what it says yes to never gets there.
   */
  passes?(stage: Stage, attributes: Record<Name, number>, bytes: number, receivedAt: number): boolean
}

/** Types a toxic's attributes from their names. */
export const defineToxic = <const Name extends string>(kind: ToxicKind<Name>): ToxicKind<Name> => kind

/** One toxic of one proxy, as the API knows it. */
export interface Toxic {
  readonly name: string
  readonly type: string
  readonly kind: ToxicKind
  readonly direction: Direction
  /** The stream as the client spelled it. */
  readonly stream: string
  /** Place among the proxy's toxics: links pass through them in order of creation. */
  readonly order: number
  /** How often this toxic was changed: each change rolls the dice anew. */
  revision: number
  /** Share of the links that this toxic affects, a float32; not limited to [0, 1]. */
  toxicity: number
  /** 64-bit integers, kept exactly, in the kind's order. */
  attributes: Record<string, bigint>
}
