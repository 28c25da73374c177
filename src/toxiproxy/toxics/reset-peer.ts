import {defineToxic} from '../toxic.js'

/**
 * Resets the connection (RST to both sides) `timeout` milliseconds after the first data or end of data. The data
 * stays in the queue until then, so that removing the toxic in time loses nothing.
 */
export const resetPeer = defineToxic({
  attributes: ['timeout'],
  goType: 'ResetToxic',
  goInteger: 'int64',

  async pipe(stage, {timeout}) {
    if ((await stage.arrival()) && (await stage.sleep(timeout))) stage.reset()
  },
})
