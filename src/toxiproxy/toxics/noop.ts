import {defineToxic} from '../toxic.js'

/** Passes everything on; its counters show what goes by. */
export const noop = defineToxic({
  attributes: [],
  goType: 'NoopToxic',
  goInteger: 'int64',

  passes: () => true,

  async pipe(stage) {
    for (let chunk = await stage.read(); chunk; chunk = await stage.read()) await stage.write(chunk.data)
  },
})
