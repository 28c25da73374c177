import {setTimeout as sleep} from 'node:timers/promises'
import type {Api} from '../../../clients/kubernetes/api.js'
import {followLog} from '../../../clients/kubernetes/pod-wire.js'
import {EnvironmentError, messageOf} from '../../../errors.js'
import type {Json} from '../../../system/json.js'
import {createLog, type K6Log} from '../log.js'
import type {Sample} from '../samples.js'
import {type K6Port, k6PortOf, k6Status} from './k6-port.js'
import {createPodLines, type PodLines} from './pod-lines.js'
import type {PodState} from './pod-state.js'

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
  readonly port: K6Port
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
    this.port = k6PortOf(api, namespace, state.name)
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
      if ((await this.port.status(signal)) === k6Status.held) return
      await sleep(100, undefined, {signal})
    }
    throw new EnvironmentError(`k6 in the pod ${this.pod} is not ready after ${limitMs / 1000} s`, {
      hint: 'Fewer virtual users are made faster: lower load.timeout or load.max-in-flight, or take more runners.',
    })
  }
}
