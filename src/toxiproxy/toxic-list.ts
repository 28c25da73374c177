import {Refusal} from './refusal.js'
import type {Direction, Toxic, ToxicKind} from './toxic.js'
import {toxicKind} from './toxics/index.js'

/** A toxic as the API asks for it, already of the right types. */
export interface ToxicRequest {
  name: string
  type: string
  stream: string
  toxicity: number
}

const directions: Record<string, Direction> = {upstream: 'upstream', downstream: 'downstream'}

const checked = (kind: ToxicKind, attributes: Toxic['attributes']): Toxic['attributes'] => {
  const problem = kind.problem?.(attributes)
  if (problem !== undefined) throw new Refusal(400, `bad request body: ${problem}`)
  return attributes
}

/** What happens to the toxics of a proxy has to happen on its open connections too. */
export interface ToxicListener {
  add(toxic: Toxic): void
  change(toxic: Toxic): void
  remove(toxic: Toxic): void
}

/** The toxics of one proxy, in order of creation. Names are unique over both directions. */
export class ToxicList {
  readonly #listeners: () => Iterable<ToxicListener>
  #toxics: Toxic[] = []
  #created = 0

  constructor(listeners: () => Iterable<ToxicListener>) {
    this.#listeners = listeners
  }

  get all(): readonly Toxic[] {
    return this.#toxics
  }

  /** The order of the API's lists: upstream first. */
  get listed(): Toxic[] {
    return (['upstream', 'downstream'] as const).flatMap((wanted) =>
      this.#toxics.filter(({direction}) => direction === wanted),
    )
  }

  get(name: string): Toxic {
    const toxic = this.#toxics.find((candidate) => candidate.name === name)
    if (!toxic) throw new Refusal(404, 'toxic not found')
    return toxic
  }

  /** Adds a toxic; `attributesOf` reads its attributes once the kind is known. */
  add(request: ToxicRequest, attributesOf: (toxic: Pick<Toxic, 'kind'>) => Toxic['attributes']): Toxic {
    const direction = directions[request.stream.toLowerCase()]
    if (!direction) throw new Refusal(400, 'stream was invalid, can be either upstream or downstream')
    const kind = toxicKind(request.type)
    if (!kind) throw new Refusal(400, 'invalid toxic type')
    if (kind.direction && kind.direction !== direction)
      throw new Refusal(
        400,
        `stream was invalid, for a toxic of type ${request.type} it must be ${kind.direction}`,
      )
    const name = request.name === '' ? `${request.type}_${request.stream}` : request.name
    if (this.#toxics.some((toxic) => toxic.name === name)) throw new Refusal(409, 'toxic already exists')
    const attributes = checked(kind, attributesOf({kind}))
    this.#created += 1
    const toxic: Toxic = {...request, name, direction, kind, attributes, order: this.#created, revision: 0}
    this.#toxics.push(toxic)
    for (const listener of this.#listeners()) listener.add(toxic)
    return toxic
  }

  /** Changes a toxic; every link rolls the dice for it again, also when nothing differs. */
  change(toxic: Toxic, {toxicity, attributes}: Pick<Toxic, 'toxicity' | 'attributes'>): void {
    toxic.attributes = checked(toxic.kind, attributes)
    toxic.toxicity = toxicity
    toxic.revision += 1
    for (const listener of this.#listeners()) listener.change(toxic)
  }

  remove(toxic: Toxic): void {
    this.#toxics = this.#toxics.filter((other) => other !== toxic)
    for (const listener of this.#listeners()) listener.remove(toxic)
  }

  clear(): void {
    for (const toxic of this.#toxics) this.remove(toxic)
  }
}
