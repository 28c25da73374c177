import type {Inlet} from '../queue.js'
import type {Opposite, Tap} from '../tap.js'
import {responseSplitter} from './response.js'

/** An answer of ours that takes its turn. */
export interface OwnAnswer {
  kind: 'own'
  /** What is due and could not be sent yet. */
  data: Buffer[]
  complete: boolean
  /** The connection ends behind it. */
  closes: boolean
}

type Awaited = OwnAnswer | {kind: 'theirs'; method: string}

/** So many answers may be awaited until the client has to wait. */
const longestLine = 256

/**
 * The line in which answers go back to the client: one place per request, in the order of the requests, taken by the
 * server's answer or by one of ours.
 *
 *   requests   r1 ▸ server   r2 ▸ answered here   r3 ▸ server
 *   line       theirs        own (waits for r1)   theirs
 */
export class AnswerLine implements Tap {
  readonly order: number
  output: Inlet
  /** True when the server's data can no longer be told apart: no answer of ours can find its place from here on. */
  lost = false
  readonly #opposite: Opposite
  readonly #line: Awaited[] = []
  readonly #splitter = responseSplitter(() => (this.#first?.kind === 'theirs' ? this.#first.method : ''))
  #isInterim = false
  #sourceEnded = false
  #released = false

  constructor(opposite: Opposite, order: number) {
    this.order = order
    this.#opposite = opposite
    this.output = opposite.tap(this)
  }

  get full(): boolean {
    return this.output.full
  }

  get onRoom(): () => void {
    return this.output.onRoom
  }

  set onRoom(callback: () => void) {
    this.output.onRoom = callback
  }

  /** True when no more should be put in line now. */
  get crowded(): boolean {
    return this.#line.length >= longestLine || this.output.full
  }

  /** A request with this method went to the server. */
  expect(method: string): void {
    if (!this.lost) this.#line.push({kind: 'theirs', method})
  }

  /** Keeps a place for an answer of ours. */
  reserve(closes: boolean): OwnAnswer {
    const answer: OwnAnswer = {kind: 'own', data: [], complete: false, closes}
    this.#line.push(answer)
    return answer
  }

  /** Sends a part of an answer, `last` or not, as soon as its turn comes. */
  send(answer: OwnAnswer, data: Buffer, last: boolean): void {
    answer.data.push(data)
    answer.complete = last
    this.#advance()
  }

  /** The client went away in the middle of the request: nobody waits for its answer. */
  giveUp(answer: OwnAnswer): void {
    const index = this.#line.indexOf(answer)
    if (index >= 0) this.#line.splice(index, 1)
    this.#advance()
  }

  /** No more requests will come; the line goes once all who stand in it have been served. */
  release(): void {
    this.#released = true
    this.#advance()
  }

  push(data: Buffer, receivedAt: number): void {
    let sent = 0
    for (const end of this.#answerEnds(data)) {
      this.output.push(data.subarray(sent, end), receivedAt)
      sent = end
      this.#line.shift()
      this.#advance()
    }
    if (sent < data.length) this.output.push(data.subarray(sent), receivedAt)
    if (this.lost) this.#abandon()
  }

  /** The server is done. One of ours that is due later still gets its turn: the client waits for it. */
  end(): void {
    this.#sourceEnded = true
    if (this.#first?.kind !== 'own') this.output.end()
  }

  /** Where answers of the server that stand in line end in its data; what nobody waits for is none of our business. */
  *#answerEnds(data: Buffer): Generator<number> {
    if (this.lost || this.#first?.kind !== 'theirs') return
    for (const part of this.#splitter.push(data)) {
      if (part.kind === 'head') this.#isInterim = part.head.isInterim
      if (part.kind === 'foreign' || (part.kind === 'head' && part.head.framing.kind === 'tunnel'))
        this.lost = true
      if (part.kind !== 'end' || this.#isInterim) continue
      yield part.to
      if (this.#first?.kind !== 'theirs') return
    }
  }

  get #first(): Awaited | undefined {
    return this.#line[0]
  }

  /** Serves those of ours whose turn it is. */
  #advance(): void {
    for (let first = this.#first; first?.kind === 'own'; first = this.#first) {
      for (const data of first.data.splice(0)) this.output.push(data, performance.now())
      if (!first.complete) return
      this.#line.shift()
      if (first.closes) this.#opposite.sourceClosed()
    }
    if (this.#line.length > 0) return
    if (this.#sourceEnded) this.output.end()
    if (this.#released) this.#opposite.untap(this)
  }

  /** Whoever waits for an answer of ours will not get it: only the end of the connection can tell. */
  #abandon(): void {
    const owed = this.#line.some(({kind}) => kind === 'own')
    this.#line.length = 0
    if (owed) this.#opposite.sourceClosed()
    if (this.#released) this.#opposite.untap(this)
  }
}
