import {UserError} from '../../errors.js'
import {readLabelSelector} from '../../scenarios/label-selector.js'

/** One condition on labels, as Kubernetes writes it in `matchExpressions`. */
export interface Clause {
  key: string
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  values?: string[]
}

const operators = {in: 'In', 'not in': 'NotIn', there: 'Exists', 'not there': 'DoesNotExist'} as const

/** A label selector as the query of a list writes it, as its conditions: all must hold. The empty one has none. */
export const clausesOf = (selector: string): Clause[] => {
  if (selector === '') return []
  const conditions = readLabelSelector(selector)
  if (!conditions) throw new UserError(`"${selector}" is no label selector`)
  return conditions.map(({key, is, values}) => ({
    key,
    operator: operators[is],
    ...(values.length > 0 ? {values} : {}),
  }))
}

const opposites = {In: 'NotIn', NotIn: 'In', Exists: 'DoesNotExist', DoesNotExist: 'Exists'} as const

/** Holds for exactly the pods for which the clause does not: `NotIn` holds for pods without the label, too. */
export const negated = ({operator, ...rest}: Clause): Clause => ({...rest, operator: opposites[operator]})
