import type {QueueLimit} from './queue.js'
import type {Stage} from './stage.js'

/** Which way a link carries data: `upstream` is client to server, `downstream` is server to client. */
export type Direction = 'upstream' | 'downstream'

/**
 * One kind of toxic. `pipe` moves the data of one link from the stage's input to its output until `read` says that
 * there is no more; it returns early when the stage is interrupted (the toxic was changed or removed, or the link closed).
 */
export interface ToxicKind<Name extends string = string> {
  /** Names of the attributes, in the order of the original's JSON. */
  attributes: readonly Name[]
  /**
   * What an attribute is when it is not given. A string or a number (32-bit float) here makes the attribute one; without
   * an entry it is a whole number and 0, as all of the original's are.
   */
  defaults?: Partial<Record<Name, string | number>>
  /** The original's names for the attributes' owner and type: clients see them in its error texts. */
  goType: string
  goInteger: 'int64' | 'int'
  /** How much may wait before this toxic; by default about one read of a socket. */
  queue?: QueueLimit
  /** True when data is lost under this toxic, so that taking it away has to close the connection. */
  closesOnRemoval?: true
  /** The only direction that it works in. */
  direction?: Direction
  /** What is wrong with the attributes, if anything; the original takes them all. */
  problem?(attributes: Record<string, AttributeValue>): string | undefined
  /** True when `pipe` looks at the toxic's attributes again and again: a change must not interrupt it. */
  keepsOnChange?: true
  pipe(stage: Stage, attributes: Record<Name, number>): Promise<void>
  /**
   * True when so many bytes, received at that time, may go by at once and unchanged. It is asked only while `pipe` waits
   * in `read` and nothing else does, and what it says yes to never gets there.
   */
  passes?(stage: Stage, attributes: Record<Name, number>, bytes: number, receivedAt: number): boolean
}

/** Whole numbers have 64 bits, kept exactly; other numbers 32. */
export type AttributeValue = bigint | number | string

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
  /** In the kind's order. */
  attributes: Record<string, AttributeValue>
}
