// Colours and units of a report's plots. The scripts of this folder are one on the page, this one first; what one of them
// has for the others is in `page`.
const page = {
  /** What is drawn; a page that is watched while a run goes on replaces its parts. */
  drawn: JSON.parse(document.getElementById('course').textContent),
}
;(() => {
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  /** A colour variable as the theme resolves it: `light-dark()` is no colour that a canvas knows. */
  const color = (name) => {
    const probe = document.createElement('i')
    probe.style.color = `var(${name})`
    // Canvases keep their own colours where the system forces some upon the page.
    probe.style.forcedColorAdjust = 'none'
    document.body.append(probe)
    const value = getComputedStyle(probe).color
    probe.remove()
    return value || css(name)
  }
  // Okabe and Ito's palette: told apart by most who see colours differently.
  const hues = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#a6761d', '#7f7f7f']
  // Dashes tell apart what colours do not, on paper without any.
  const dashes = [[], [8, 3], [2, 3], [10, 3, 2, 3], [5, 5]]
  const hueOf = {
    answered: '#009e73',
    offered: '#7f7f7f',
    '2xx': '#009e73',
    '3xx': '#56b4e9',
    '4xx': '#e69f00',
    '5xx': '#d55e00',
    skipped: '#7f7f7f',
  }

  const offset = (seconds) => `${seconds < 0 ? '−' : '+'}${Math.abs(Math.round(seconds * 10) / 10)}s`
  /** Milliseconds beyond a second are seconds. */
  const withUnit = (value, unit) =>
    unit === 'ms' && value >= 1000
      ? `${Number((value / 1000).toPrecision(4))}s`
      : `${Number(value.toPrecision(4))}${unit}`
  const shown = (unit) => (_, value) => (value == null ? '–' : withUnit(value, unit))

  Object.assign(page, {color, hues, dashes, hueOf, offset, withUnit, shown})
})()
