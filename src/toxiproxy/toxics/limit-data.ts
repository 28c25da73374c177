import {defineToxic} from '../toxic.js'

/** Closes the connection after `bytes` bytes went through; 0 or less closes it at the first byte. */
export const limitData = defineToxic({
  attributes: ['bytes'],
  goType: 'LimitDataToxic',
  goInteger: 'int64',

  passes: (stage, {bytes}, length) => stage.passedBytes + length < bytes,

  async pipe(stage, {bytes}) {
    for (let chunk = await stage.read(); chunk; chunk = await stage.read()) {
      const left = Math.max(0, bytes - stage.passedBytes)
      await stage.write(chunk.data.subarray(0, left))
      if (chunk.data.length >= left) return stage.close()
    }
  },
})
