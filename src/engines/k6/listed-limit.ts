import {UserError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import {expectedRequests} from '../../plan/rates.js'

/** They are held as objects and as text, and a second time in k6: more of them exhaust memory in the middle of it. */
const mostListed = 2_000_000

/** Throws UserError when random arrivals, each of which k6 is told beforehand, are more than memory is sure to hold. */
export const checkListedTimes = ({scenario, streams}: Plan): void => {
  const listed = streams.reduce(
    (sum, {rates}, index) => (scenario.load.streams[index]?.poisson ? sum + expectedRequests(rates) : sum),
    0,
  )
  if (listed <= mostListed) return
  const millions = (listed / 1e6).toFixed(1)
  throw new UserError(
    `k6 must be told each arrival of a load with \`poisson: true\` beforehand: about ${millions} million are too many, at most ${mostListed / 1e6} million fit`,
    {
      hint: `Use \`engine: pacer\`${scenario.load.script ? ' with requests in place of the script' : ''}, which draws them as it goes, or a shorter phase, or leave out \`poisson\`.`,
    },
  )
}
