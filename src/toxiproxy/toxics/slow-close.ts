import {defineToxic} from '../toxic.js'

/** Passes data on at once, but the end of it only after `delay` milliseconds. */
export const slowClose = defineToxic({
  attributes: ['delay'],
  goType: 'SlowCloseToxic',
  goInteger: 'int64',

  passes: () => true,

  async pipe(stage, {delay}) {
    for (let chunk = await stage.read(); chunk; chunk = await stage.read()) await stage.write(chunk.data)
    await stage.sleep(delay)
  },
})
