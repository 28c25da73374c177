/** One condition of a label selector. */
interface Requirement {
  key: string
  is: 'in' | 'not in' | 'there' | 'not there'
  values: string[]
}

const key = '(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?'
const value = '[-A-Za-z0-9_.]*'
const equality = new RegExp(`^(${key})\\s*(==?|!=)\\s*(${value})$`)
const set = new RegExp(`^(${key})\\s+(in|notin)\\s*\\(\\s*(${value}(?:\\s*,\\s*${value})*)\\s*\\)$`)
const presence = new RegExp(`^(!?)\\s*(${key})$`)

const readOne = (text: string): Requirement | undefined => {
  const equal = equality.exec(text)
  if (equal) {
    const [, name = '', operator, one = ''] = equal
    return {key: name, is: operator === '!=' ? 'not in' : 'in', values: [one]}
  }
  const among = set.exec(text)
  if (among) {
    const [, name = '', operator, list = ''] = among
    return {
      key: name,
      is: operator === 'in' ? 'in' : 'not in',
      values: list.split(',').map((one) => one.trim()),
    }
  }
  const there = presence.exec(text)
  if (!there) return undefined
  const [, not, name = ''] = there
  return {key: name, is: not === '!' ? 'not there' : 'there', values: []}
}

/** A comma between parentheses parts values, not conditions. */
const conditions = /,(?![^(]*\))/

/** A label selector as kubectl takes it: `app=web,tier!=cache,zone in (a,b),!canary`. Undefined when it is none. */
export const readLabelSelector = (text: string): Requirement[] | undefined => {
  const read = text.split(conditions).map((one) => readOne(one.trim()))
  const good = read.filter((one) => one !== undefined)
  return good.length === read.length ? good : undefined
}

const meets = ({key: name, is, values}: Requirement, labels: Readonly<Record<string, string>>): boolean => {
  const found = Object.hasOwn(labels, name) ? labels[name] : undefined
  switch (is) {
    case 'in':
      return found !== undefined && values.includes(found)
    case 'not in':
      // As the API server has it: what has no such label is not among them.
      return found === undefined || !values.includes(found)
    case 'there':
      return found !== undefined
    case 'not there':
      return found === undefined
  }
}

/** Whether something with these labels is selected; the empty selector selects everything, a wrong one nothing. */
export const selects = (selector: string, labels: Readonly<Record<string, string>>): boolean =>
  selector === '' || (readLabelSelector(selector)?.every((one) => meets(one, labels)) ?? false)
