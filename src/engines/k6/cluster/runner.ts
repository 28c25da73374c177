import {setTimeout as sleep} from 'node:timers/promises'
import type {Api} from '../../../clients/kubernetes/api.js'
import {askPod, followLog, type PodRequest} from '../../../clients/kubernetes/pod-wire.js'
import {EnvironmentError, messageOf} from '../../../errors.js'
import type {Json} from '../../../system/json.js'
import {createLog, type K6Log} from '../log.js'
import type {Sample} from '../samples.js'
import {createPodLines, type PodLines} from './pod-lines.js'
import type {PodState} from './pod-state.js'
import {k6Port} from './runner-script.js'

/** Between two tries to read a log. */
const pauseMs = 250
/** The log of a container that ended is read so often to its end. */
const lastReads = 3
/** Lines of the log younger than this are read again after a break: they are known by their numbers. */
const marginSeconds = 15

/** One pod of a load, from when it is ready. A class because its log is read as long as it lives. */
export class Runner {
  readonly index: number
  readonly pod: string
  readonly log: K6Log = createLog()
  readonly #api: Api
  readonly #namespace: string
  readonly #lines: PodLines
  #state: PodState | undefined
  #cpuSeconds = 0
  #cpuTaken = 0
  #heardMs = performance.now()
  #failure: Error | undefined

  constructor(api: Api, namespace: string, state: PodState, tell: (sample: Sample, runner: number) => void) {
    this.#api = api
    this.#namespace = namespace
    this.#state = state
    this.index = state.index
    this.pod = state.name
    this.#lines = createPodLines({
      pod: state.name,
      tell: (sample) => tell(sample, state.index),
      cpu: (seconds) => {
        this.#cpuSeconds = seconds
      },
      log: this.log,
    })
  }

  /** As the API server told of it last; undefined when it is gone. */
  set state(state: PodState | undefined) {
    this.#state = state
  }

  get state(): PodState | undefined {
    return this.#state
  }

  /** All that k6 told is here, with its exit code. */
  get isComplete(): boolean {
    return this.#lines.isComplete && this.code !== undefined
  }

  get code(): number | undefined {
    return this.#lines.code
  }

  get summary(): Json | undefined {
    return this.#lines.summary
  }

  get complaints(): readonly string[] {
    return this.#lines.complaints
  }

  /** What was wrong with its log. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /** Seconds of CPU used since the last call. */
  takeCpu(): number {
    const used = this.#cpuSeconds - this.#cpuTaken
    this.#cpuTaken = this.#cpuSeconds
    return used
  }

  /** Reads the log until all of it is here, or nothing more will come, or the signal aborts; never throws. */
  async follow(signal: AbortSignal): Promise<void> {
    for (let left = lastReads; left > 0 && !this.isComplete && this.#failure === undefined; ) {
      const isOver = this.#state === undefined || this.#state.ended !== undefined
      const sinceSeconds = Math.ceil((performance.now() - this.#heardMs) / 1000) + marginSeconds
      try {
        const onText = (text: string): void => this.#read(text)
        const asked = {...(this.#heardOnce && {sinceSeconds}), onText}
        await followLog(this.#api, this.#namespace, this.pod, asked, signal)
        this.#lines.broke()
        if (!this.isComplete) await sleep(pauseMs, undefined, {signal})
      } catch (cause) {
        if (signal.aborted) return
        this.#failure ??= cause instanceof Error ? cause : new Error(messageOf(cause))
      }
      if (isOver) left--
    }
  }

  #heardOnce = false

  #read(text: string): void {
    if (this.#failure !== undefined) return
    this.#heardMs = performance.now()
    this.#heardOnce = true
    try {
      this.#lines.read(text)
    } catch (cause) {
      this.#failure = cause instanceof Error ? cause : new Error(messageOf(cause))
    }
  }

  /** Waits until k6 has made its users and holds before the start. */
  async untilHeld(limitMs: number, signal: AbortSignal): Promise<void> {
    const endMs = performance.now() + limitMs
    while (performance.now() < endMs) {
      const answer = await this.#ask({method: 'GET', path: '/v1/status', limitMs: 10_000}, signal)
      if (JSON.stringify(answer ?? {}).includes('"status":4,')) return
      await sleep(100, undefined, {signal})
    }
    throw new EnvironmentError(`k6 in the pod ${this.pod} is not ready after ${limitMs / 1000} s`, {
      hint: 'Fewer virtual users are made faster: lower load.timeout or load.max-in-flight, or take more runners.',
    })
  }

  /** Runs the script's own setup; returns what it made. */
  async setUp(limitMs: number, signal: AbortSignal): Promise<Json> {
    // k6's answers are JSON; what is in this one is the script's.
    const answer = (await this.#ask({method: 'POST', path: '/v1/setup', limitMs}, signal)) as {
      data?: {attributes?: {data?: Json}}
    }
    return answer?.data?.attributes?.data ?? null
  }

  /** Hands over what another runner's setup made. */
  async takeSetUp(data: Json, signal: AbortSignal): Promise<void> {
    await this.#ask({method: 'PUT', path: '/v1/setup', body: data, limitMs: 30_000}, signal)
  }

  /** Starts or stops k6; resolves when it has answered. */
  async change(attributes: {paused: false} | {stopped: true}, signal: AbortSignal): Promise<void> {
    const body = {data: {type: 'status', id: 'default', attributes}}
    await this.#ask({method: 'PATCH', path: '/v1/status', body, limitMs: 10_000}, signal)
  }

  async #ask(request: Omit<PodRequest, 'port'>, signal: AbortSignal): Promise<unknown> {
    return await askPod(this.#api, this.#namespace, this.pod, {...request, port: k6Port}, signal)
  }
}
