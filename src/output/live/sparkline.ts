const levels = '▁▂▃▄▅▆▇█'

/**
 * The last values as a row of bars, `width` characters at most, the newest on the right; from 0 up to the greatest of
 * them. A value that is not known is a gap.
 */
export const sparkline = (values: readonly (number | undefined)[], width: number): string => {
  const shown = width > 0 ? values.slice(-width) : []
  const most = Math.max(0, ...shown.map((value) => value ?? 0))
  return shown
    .map((value) => {
      if (value === undefined) return ' '
      const step = most === 0 ? 0 : Math.round((Math.max(0, value) / most) * (levels.length - 1))
      return levels.charAt(step)
    })
    .join('')
}
