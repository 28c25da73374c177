const expression = ({key, operator, values = []}, labels) => {
  const has = Object.hasOwn(labels, key)
  switch (operator) {
    case 'In':
      return has && values.includes(labels[key])
    case 'NotIn':
      return !has || !values.includes(labels[key])
    case 'Exists':
      return has
    case 'DoesNotExist':
      return !has
    default:
      throw new Error(`unknown operator ${operator}`)
  }
}

/** Whether labels fit a label selector; an empty selector fits all. */
export const matches = (selector, labels = {}) =>
  Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  (selector.matchExpressions ?? []).every((one) => expression(one, labels))
