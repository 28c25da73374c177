import {boolField, type Fields, fieldsOf, float32Field, integerField, stringField} from '../json/decode.js'
import {type JsonValue, parseJson} from '../json/parse.js'
import type {ProxyRequest} from '../proxies.js'
import type {ProxySettings} from '../proxy.js'
import {Refusal} from '../refusal.js'
import type {AttributeValue, Toxic} from '../toxic.js'
import type {ToxicRequest} from '../toxic-list.js'

/** Runs a decoding step; whatever is wrong with the body is one refusal. */
const decoding = <T>(decode: () => T): T => {
  try {
    return decode()
  } catch (cause) {
    throw new Refusal(400, `bad request body: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

interface DecodedProxy {
  name: string
  listen: string | undefined
  upstream: string | undefined
  enabled: boolean | undefined
}

const decodeProxy = (value: JsonValue): DecodedProxy => {
  const fields = fieldsOf(value, 'toxiproxy.Proxy')
  return {
    name: stringField(fields, 'name', 'Proxy') ?? '',
    listen: stringField(fields, 'listen', 'Proxy'),
    upstream: stringField(fields, 'upstream', 'Proxy'),
    enabled: boolField(fields, 'enabled', 'Proxy'),
  }
}

/** Checks what a new proxy must have; `place` tells the proxies of one request apart. */
const complete = ({name, listen, upstream, enabled}: DecodedProxy, place = ''): ProxyRequest => {
  if (name === '') throw new Refusal(400, `missing required field: name${place}`)
  if (!upstream) throw new Refusal(400, `missing required field: upstream${place}`)
  return {name, listen: listen ?? '', upstream, enabled: enabled ?? true}
}

/** The body of a request to create a proxy. */
export const readProxy = (body: string): ProxyRequest =>
  complete(decoding(() => decodeProxy(parseJson(body))))

/** The body of a request to change a proxy: what is absent stays. */
export const readProxyChange = (body: string): Partial<ProxySettings> => {
  const {listen, upstream, enabled} = decoding(() => decodeProxy(parseJson(body)))
  return {
    ...(listen === undefined ? {} : {listen}),
    ...(upstream === undefined ? {} : {upstream}),
    ...(enabled === undefined ? {} : {enabled}),
  }
}

/** The body of a request to create many proxies; all are checked before any is created. */
export const readProxies = (body: string): ProxyRequest[] => {
  const decoded = decoding(() => {
    const value = parseJson(body)
    if (value.kind === 'null') return []
    if (value.kind !== 'array')
      throw new Error(`json: cannot unmarshal ${value.kind} into Go value of type []toxiproxy.Proxy`)
    return value.items.map(decodeProxy)
  })
  return decoded.map((proxy, index) => complete(proxy, ` at proxy ${index + 1}`))
}

/** Whatever the toxic, its attributes are an object; the original finds that out before all else. */
const attributeFields = (fields: Fields): Fields => {
  const attributes = fields('attributes') ?? {kind: 'null'}
  return fieldsOf(attributes, 'toxics.NoopToxic', 'Go struct field ToxicWrapper.attributes')
}

const attributesIn = (
  fields: Fields,
  {kind, attributes: current}: Pick<Toxic, 'kind'> & Partial<Toxic>,
): Toxic['attributes'] => {
  const owner = `${kind.goType}.attributes`
  const given = (name: string): AttributeValue | undefined => {
    switch (typeof kind.defaults?.[name]) {
      case 'string':
        return stringField(fields, name, owner)
      case 'number':
        return float32Field(fields, name, owner)
      default:
        return integerField(fields, name, owner, kind.goInteger)
    }
  }
  const read = (name: string): AttributeValue => given(name) ?? current?.[name] ?? kind.defaults?.[name] ?? 0n
  return Object.fromEntries(kind.attributes.map((name) => [name, read(name)]))
}

/** The body of a request to add a toxic. The attributes are read once the toxic's kind is known. */
export const readToxic = (
  body: string,
): ToxicRequest & {attributesOf: (toxic: Pick<Toxic, 'kind'>) => Toxic['attributes']} =>
  decoding(() => {
    const fields = fieldsOf(parseJson(body), 'toxics.ToxicWrapper')
    const attributes = attributeFields(fields)
    return {
      name: stringField(fields, 'name', 'ToxicWrapper') ?? '',
      type: stringField(fields, 'type', 'ToxicWrapper') ?? '',
      stream: stringField(fields, 'stream', 'ToxicWrapper') ?? 'downstream',
      toxicity: float32Field(fields, 'toxicity', 'ToxicWrapper') ?? 1,
      attributesOf: (toxic) => decoding(() => attributesIn(attributes, toxic)),
    }
  })

/** The body of a request to change a toxic: what is absent stays, and nothing is changed when anything is wrong. */
export const readToxicChange = (body: string, toxic: Toxic): Pick<Toxic, 'toxicity' | 'attributes'> =>
  decoding(() => {
    const fields = fieldsOf(parseJson(body), 'struct')
    return {
      toxicity: float32Field(fields, 'toxicity', '') ?? toxic.toxicity,
      attributes: attributesIn(attributeFields(fields), toxic),
    }
  })
