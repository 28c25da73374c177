// `npm run cluster:up`: brings up the test cluster, or finds it up, and prints how to reach it.
import {existsSync, readFileSync} from 'node:fs'
import {isUp} from './alive.mjs'
import {bringUp} from './bring-up.mjs'
import {alone} from './lock.mjs'
import {runs, started} from './processes.mjs'
import {inside, kubeconfig} from './settings.mjs'
import {waitFor} from './wait.mjs'

const begin = performance.now()
const say = (text) => console.error(`cluster: ${((performance.now() - begin) / 1_000).toFixed(1)} s ${text}`)

/** A test may have ended the API server for a moment: what came up whole is given time to be whole again. */
const isStillUp = async () => {
  if (await isUp()) return true
  if (!existsSync(inside('up')) || !started().some(runs)) return false
  say('is up in part: waiting for the rest before starting anew')
  return waitFor('the rest of it', 30, isUp).then(
    () => true,
    () => false,
  )
}

const logTails = () =>
  started()
    .filter((part) => !runs(part))
    .map(({name}) => `── ${name} ended\n${readFileSync(inside('logs', `${name}.log`), 'utf8').slice(-2_000)}`)
    .join('\n')

try {
  await alone(async () => {
    if (await isStillUp()) return say('is up')
    await bringUp(say)
    say(`node ready; logs in ${inside('logs')}`)
  })
  console.log(`export KUBECONFIG=${kubeconfig}`)
} catch (cause) {
  console.error(`cluster: did not come up: ${cause.message}\n${logTails()}`)
  process.exitCode = 1
}
