import type {Stage} from '../stage.js'
import {answerTo, closesAfter, continueAnswer} from './answer.js'
import {AnswerLine, type OwnAnswer} from './answer-line.js'
import {beginsRequest, type RequestHead, requestSplitter} from './request.js'
import {type HttpSettings, isOfRoute, settingsOf} from './settings.js'
import type {Part} from './splitter.js'

/** A request whose answer is ours: its body is read and dropped, then it is answered. */
interface Answering {
  request: RequestHead
  settings: HttpSettings
  place: OwnAnswer
  /** When the answer may go (`performance.now()`). */
  dueAt: number
}

/** A client that reads no answers is looked at this often. */
const crowdedMs = 10

/** One client's requests on one connection, and what an `http` toxic makes of them. */
export class Conversation {
  readonly #stage: Stage
  readonly #line: AnswerLine
  readonly #splitter = requestSplitter()
  #inStep: boolean
  #answering: Answering | undefined
  /** What goes on to the server with the next write. */
  #passing: Buffer[] = []
  /** True when the answer that ends the connection is on its way: whatever the client still sends is dropped. */
  #closing = false

  constructor(stage: Stage) {
    this.#stage = stage
    this.#line = new AnswerLine(stage.opposite, stage.toxic.order)
    this.#inStep = stage.isFresh
  }

  /** Until the data ends or the toxic is taken away; a request in hand is finished first. */
  async follow(): Promise<void> {
    for (;;) {
      const chunk = await (this.#busy ? this.#stage.readOn() : this.#stage.read())
      if (!chunk) break
      await this.#take(chunk.data, chunk.receivedAt)
    }
    if (this.#answering) this.#line.giveUp(this.#answering.place)
    this.#passing.push(this.#splitter.giveUp())
    await this.#flush()
    this.#line.release()
  }

  get #busy(): boolean {
    return this.#answering !== undefined || this.#closing
  }

  async #take(data: Buffer, receivedAt: number): Promise<void> {
    // A connection older than the toxic may be anywhere in a request: it is followed from the next beginning of one.
    this.#inStep ||= beginsRequest(data)
    if (!this.#inStep) return await this.#stage.write(data)
    if (this.#line.lost && !this.#answering) this.#passing.push(this.#splitter.giveUp())
    for (const part of this.#splitter.push(data)) await this.#part(part, receivedAt)
    await this.#flush()
  }

  /** Before each request: many small ones fit into one chunk. */
  async #untilRoomy(): Promise<void> {
    if (this.#line.crowded) await this.#flush()
    while (this.#line.crowded && !this.#line.lost) if (!(await this.#stage.sleep(crowdedMs))) return
  }

  async #part(part: Part<RequestHead>, receivedAt: number): Promise<void> {
    if (this.#closing) return
    if (part.kind === 'head') await this.#untilRoomy()
    if (part.kind === 'head' && !this.#line.lost && !this.#stage.interrupted)
      return await this.#begin(part.head, part.data, receivedAt)
    if (!this.#answering) {
      if (part.kind === 'head') this.#line.expect(part.head.method)
      if (part.kind !== 'end') this.#passing.push(part.data)
      return
    }
    if (part.kind === 'end') await this.#answer(this.#answering)
    // Where the request ends cannot be told: no other can follow it.
    if (part.kind === 'foreign') {
      this.#answering.place.closes = true
      await this.#answer(this.#answering)
    }
  }

  async #begin(request: RequestHead, data: Buffer, receivedAt: number): Promise<void> {
    const {requests, toxic, random} = this.#stage
    const settings = settingsOf(toxic.attributes)
    requests.seen += 1
    const matched = isOfRoute(settings, request)
    if (matched) requests.matched += 1
    const hit = matched && random() < settings.share
    const dueAt = receivedAt + settings.delayMs
    if (hit && settings.status > 0) return await this.#reserve({request, settings, dueAt})
    if (hit && settings.delayMs > 0) {
      requests.delayed += 1
      await this.#flush()
      await this.#stage.sleepUntil(dueAt)
    }
    this.#line.expect(request.method)
    this.#passing.push(data)
  }

  async #reserve(asked: Omit<Answering, 'place'>): Promise<void> {
    await this.#flush()
    const place = this.#line.reserve(closesAfter(asked.request))
    this.#answering = {...asked, place}
    if (asked.request.expectsContinue) this.#line.send(place, continueAnswer, false)
  }

  /** The request is complete: its answer goes when it is due, or at once when the toxic goes. */
  async #answer({request, settings, place, dueAt}: Answering): Promise<void> {
    const {requests, toxic} = this.#stage
    if (settings.delayMs > 0) requests.delayed += 1
    await this.#stage.sleepUntil(dueAt)
    requests.answered += 1
    this.#answering = undefined
    this.#closing = place.closes
    this.#line.send(place, answerTo(request, settings, toxic.name), true)
  }

  async #flush(): Promise<void> {
    const [first, ...more] = this.#passing.splice(0)
    const data = first && more.length > 0 ? Buffer.concat([first, ...more]) : first
    if (data && data.length > 0) await this.#stage.write(data)
  }
}
