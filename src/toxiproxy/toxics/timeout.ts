import {defineToxic} from '../toxic.js'

/**
 * Drops all data; closes the connection after `timeout` milliseconds in which none came. With 0 the link stays a
 * black hole until the toxic is removed, which closes it too: its stream has holes.
 */
export const timeout = defineToxic({
  attributes: ['timeout'],
  goType: 'TimeoutToxic',
  goInteger: 'int64',
  closesOnRemoval: true,

  async pipe(stage, {timeout}) {
    const quiet = timeout > 0 ? timeout : Number.POSITIVE_INFINITY
    for (;;) {
      const chunk = await stage.readWithin(quiet)
      if (!chunk) return
      if (chunk === 'late') return stage.close()
    }
  },
})
