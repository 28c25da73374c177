/** An element of a parsed document. */
export interface Element {
  name: string
  attributes: Record<string, string>
  children: Element[]
  text: string
}

const entities: Record<string, string> = {lt: '<', gt: '>', amp: '&', quot: '"', apos: "'"}

const decoded = (text: string): string => {
  if (/&(?!#\d+;|\w+;)/.test(text)) throw new Error(`a bare & in ${text}`)
  return text.replace(/&(#\d+|\w+);/g, (whole, name: string) => {
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)))
    const found = entities[name]
    if (found === undefined) throw new Error(`not an entity of XML: ${whole}`)
    return found
  })
}

/** Throws where the text is not well formed, or holds what XML 1.0 has no place for. */
export const parseXml = (xml: string): Element => {
  if (/[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/u.test(xml)) throw new Error('a character that XML cannot hold')
  const top: Element = {name: '', attributes: {}, children: [], text: ''}
  const stack = [top]
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '')
  const pattern = /<(\/?)([\w-]+)((?:\s[\w-]+="[^"<]*")*)\s*(\/?)>|([^<]+)|(<)/g
  for (const [token, close, name = '', attributes = '', empty, text, stray] of body.matchAll(pattern)) {
    const parent = stack.at(-1)
    if (stray !== undefined || !parent) throw new Error(`not well formed at ${token}`)
    if (text !== undefined) parent.text += decoded(text)
    else if (close) {
      if (stack.pop()?.name !== name) throw new Error(`</${name}> closes another element`)
    } else {
      const pairs = [...attributes.matchAll(/\s([\w-]+)="([^"]*)"/g)]
      const values = Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, decoded(value)]))
      if (Object.keys(values).length < pairs.length) throw new Error(`an attribute twice in ${token}`)
      const element = {name, attributes: values, children: [], text: ''}
      parent.children.push(element)
      if (!empty) stack.push(element)
    }
  }
  const [root] = top.children
  if (!root || stack.length > 1 || top.children.length > 1) throw new Error('no whole document')
  return root
}

/** What an element may be: children in the order in which they must come, or in any (`any`). */
interface Rule {
  required: Record<string, RegExp>
  optional?: Record<string, RegExp>
  children?: string[]
  any?: boolean
  once?: string[]
  text?: boolean
}

export type Schema = Record<string, Rule>

const anything = /^.*$/s
const number = /^\d+$/
/** A token: no line breaks, no spaces at the ends, none twice. */
const token = /^(?! )(?!.* {2})[^\t\n\r]+(?<! )$/
const decimal = /^\d+(\.\d+)?$/
const result: Rule = {required: {}, optional: {type: anything, message: anything}, text: true}
const text: Rule = {required: {}, text: true}
const property: Rule = {required: {name: token, value: anything}}

/** What Jenkins's plugin for xUnit takes, its junit-10.xsd said in our words. */
export const jenkins: Schema = {
  testsuites: {
    required: {},
    optional: {name: anything, time: decimal, tests: anything, failures: anything, errors: anything},
    children: ['testsuite'],
  },
  testsuite: {
    required: {name: anything, tests: anything, failures: anything, errors: anything},
    optional: Object.fromEntries(
      ['group', 'skipped', 'timestamp', 'hostname', 'id', 'package', 'file', 'log', 'url']
        .map((name) => [name, anything])
        .concat([['time', decimal]]),
    ),
    children: ['testsuite', 'properties', 'testcase', 'system-out', 'system-err'],
    any: true,
  },
  testcase: {
    required: {name: anything},
    optional: {time: anything, classname: anything, group: anything},
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
    any: true,
  },
  properties: {required: {}, children: ['property']},
  property,
  skipped: result,
  error: result,
  failure: result,
  'system-out': text,
  'system-err': text,
}

const counts = {tests: number, failures: number, errors: number, time: decimal}

/**
 * What Ant's reports are like (the schema of Windy Road, said in our words), but for two things that every server takes
 * and no server misses: attributes of `testsuites`, and the output of a test case.
 */
export const ant: Schema = {
  testsuites: {required: {}, optional: {name: anything, ...counts}, children: ['testsuite']},
  testsuite: {
    required: {
      ...counts,
      name: token,
      timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
      hostname: token,
      package: token,
      id: number,
    },
    optional: {skipped: number},
    children: ['properties', 'testcase', 'system-out', 'system-err'],
    once: ['properties', 'system-out', 'system-err'],
  },
  testcase: {
    required: {name: token, classname: token, time: decimal},
    children: ['skipped', 'error', 'failure', 'system-out'],
    once: [],
  },
  properties: {required: {}, children: ['property']},
  property,
  skipped: {required: {}, optional: {type: anything, message: anything}, text: true},
  error: {required: {type: anything}, optional: {message: anything}, text: true},
  failure: {required: {type: anything}, optional: {message: anything}, text: true},
  'system-out': text,
  'system-err': text,
}

/** Everything in which a document is not as the schema says; empty when it is. */
export const problemsBy = (schema: Schema, element: Element): string[] => {
  const rule = schema[element.name]
  if (!rule) return [`<${element.name}> is not known`]
  const {required, optional = {}, children = [], any = false, once = [], text: hasText = false} = rule
  const names = element.children.map(({name}) => name)
  const order = names.map((name) => children.indexOf(name))
  const at = `<${element.name}>`
  return [
    ...Object.keys(required).flatMap((name) => (name in element.attributes ? [] : [`${at} lacks ${name}`])),
    ...Object.entries(element.attributes).flatMap(([name, value]) => {
      const pattern = required[name] ?? optional[name]
      if (!pattern) return [`${at} may not have ${name}`]
      return pattern.test(value) ? [] : [`${at} ${name} may not be ${JSON.stringify(value)}`]
    }),
    ...names.flatMap((name) => (children.includes(name) ? [] : [`${at} may not hold <${name}>`])),
    ...(any || order.every((place, index) => index === 0 || place >= (order[index - 1] ?? 0))
      ? []
      : [`${at} has its elements in another order`]),
    ...once.flatMap((name) =>
      names.filter((one) => one === name).length === 1 ? [] : [`${at} must hold one <${name}>`],
    ),
    ...(hasText || element.text.trim() === '' ? [] : [`${at} may not hold text`]),
    ...element.children.flatMap((child) => problemsBy(schema, child)),
  ]
}
