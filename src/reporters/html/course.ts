import {html, type Markup} from './markup.js'

interface Plot {
  id: string
  title: string
  /** Where its numbers come from, told where the pointer rests on its title. */
  source?: string
}

/** What is to be said of plots: from where latency counts, and where the numbers come from. */
interface CourseWords {
  latencyOrigin: string
  source?: string
  /** The load dropped after the recovery, and was restored. */
  hasDip?: boolean
}

/** A place for a plot. Keys work on it as the pointer does; the table behind it is filled when it is opened. */
const plot = ({id, title, source}: Plot): Markup =>
  html`<h3${source === undefined ? undefined : html` title="${source}"`}>${title}</h3>
<div class="plot" id="${id}" tabindex="0" role="group" aria-label="Plot: ${title}" aria-describedby="plot-keys"></div>
<details class="numbers" data-of="${id}"><summary>The numbers: ${title.charAt(0).toLowerCase()}${title.slice(1)}</summary></details>`

const key = (kind: string, text: string): Markup => html`<i class="band ${kind}"></i>${text}`

/** The plots of a run over time: one axis, one pointer, one zoom for all of them. */
export const course = ({latencyOrigin, source, hasDip = false}: CourseWords): Markup => {
  const from = source === undefined ? {} : {source}
  return html`<section><h2>Course of the run</h2>
<p class="key">Seconds from the first request.${key('baseline', 'baseline')}${key('fault', 'fault')}${key('recovery', 'recovery')}${hasDip ? [key('dip', 'less load'), key('restored', 'all of it again')] : undefined}${key('injected', 'a fault in force')}<i class="event"></i>an event, by its number in the timeline.</p>
<p class="key" id="plot-keys">Drag to zoom, double click to see all, click a name to hide it. Keys on a plot: ← → read, + − zoom, Shift with ← → moves, 0 shows all.</p>
<noscript><p class="trouble">The plots need JavaScript, which is off here. All else is on this page without it.</p></noscript>
<p id="reading" class="unseen" role="status"></p>
${plot({id: 'plot-rate', title: 'Rate', ...from})}
${plot({id: 'plot-outcomes', title: 'Outcomes', ...from})}
${plot({id: 'plot-latency', title: `Latency, ${latencyOrigin}`, ...from})}
${plot({id: 'plot-heat', title: 'How many answers took how long', ...from})}</section>`
}
