import {type Check, entries, error, field, text, warning} from './findings.js'

/** Exact intervals never reach 100 %: such an objective can fail, but not pass. */
export const targetsCanBeShown: Check = (file) =>
  entries(file['objectives']).flatMap(([index, objective]) =>
    /^\s*100(\.0+)? ?%\s*$/.test(text(field(objective, 'target')) ?? '')
      ? [
          warning(
            ['objectives', index, 'target'],
            'no number of events shows 100%: ask for a little less, or use a query with expect: "== 0"',
          ),
        ]
      : [],
  )

/** The parts that a histogram is exported as. */
const suffix = /^([a-zA-Z_:][a-zA-Z0-9_:]*?)_(bucket|count|sum)(?=\s*(\{|$))/

/** A latency names the whole histogram: which of its series are counted follows from `below`. */
export const histogramsAreNamed: Check = (file) =>
  entries(file['objectives']).flatMap(([index, objective]) => {
    const latency = text(field(objective, 'latency'))?.trim()
    if (latency === undefined) return []
    const path = ['objectives', index, 'latency']
    const part = suffix.exec(latency)
    if (part) {
      const whole = latency.replace(suffix, '$1')
      return [error(path, `names one part of a histogram: leave out _${part[2]} and write ${whole}`)]
    }
    if (/[{,]\s*le\s*[=!]/.test(latency)) {
      return [error(path, 'leave out the label le: which bucket is counted follows from "below"')]
    }
    return []
  })

const bare = (selector: string): string => selector.replace(/\s+/g, '')

/** A share of all events among all events says nothing: it is 100 % or 0 % whatever happens. */
export const countsAreApart: Check = (file) =>
  entries(file['objectives']).flatMap(([index, objective]) => {
    const total = text(field(objective, 'total'))
    return (['good', 'bad'] as const).flatMap((key) => {
      const part = text(field(objective, key))
      if (part === undefined || total === undefined || bare(part) !== bare(total)) return []
      const which = key === 'good' ? 'code!~"5.."' : 'code=~"5.."'
      const message = `counts the same events as total, so that the share is always ${key === 'good' ? '100' : '0'}%: add what tells them apart, such as ${which}`
      return [error(['objectives', index, key], message)]
    })
  })
