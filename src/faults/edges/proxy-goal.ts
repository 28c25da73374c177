import type {ProxyState} from '../../clients/toxiproxy.js'
import type {ToxiproxyRescue} from '../../clients/toxiproxy-rescue.js'
import type {World} from '../fault.js'

/** One change on one proxy, seen from its end: what is wanted, and the plain way there. */
export interface ProxyGoal {
  proxy: string
  /** In words, for messages: "toxic x is gone from proxy p". */
  words: string
  isMet(state: ProxyState): boolean
  /** The state in which the goal is met and all else is as it is now. */
  wanted(state: ProxyState): ProxyState
  /** The call that is enough when nothing is stuck. */
  plainly(rescue: ToxiproxyRescue, state: ProxyState): Promise<void>
  /** We ourselves may have deleted it on the way: when it is not there, it is created again. */
  mayBeDeletedByUs?: boolean
}

/** What one undo knows and has done so far. */
export interface Attempt {
  goal: ProxyGoal
  world: World
  rescue: ToxiproxyRescue
  /** The proxy as last seen; before that, as the run found it, without what the run itself added. */
  state: ProxyState | undefined
  /** Set once we closed its listener to free it. */
  mustOpen: boolean
  /** Takes the intent of closing it off the journal, once it is certain that it is open again. */
  opened(): Promise<void>
  /** Set before we delete it. */
  deleted: boolean
  /** Nothing but a restart of Toxiproxy frees it. */
  wedged: boolean
  /** A call got no answer, or nothing was there to undo: something asked earlier may still land. */
  uncertain: boolean
}
