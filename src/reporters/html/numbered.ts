import type {Moment} from '../../verdict/timeline.js'

/** A moment of the timeline, with its number where it is drawn into the plots: phases are shaded instead. */
export const numbered = (timeline: readonly Moment[]): (Moment & {number?: number})[] => {
  let last = 0
  return timeline.map((moment) => (moment.kind === 'phase' ? moment : {...moment, number: ++last}))
}
