import {readFileSync, rmSync, writeFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import {identify, runs} from './processes.mjs'
import {folder} from './settings.mjs'

const path = `${folder}.lock`

const holder = () => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

const take = () => {
  try {
    writeFileSync(path, JSON.stringify(identify(process.pid)), {flag: 'wx'})
    return true
  } catch (cause) {
    if (cause.code !== 'EEXIST') throw cause
  }
  const other = holder()
  // Whoever was killed while holding it holds it no longer.
  if (other && !runs(other)) rmSync(path, {force: true})
  return false
}

/** Runs `work` while no other up or down of this cluster runs; waits for them for three minutes. */
export const alone = async (work) => {
  for (let waited = 0; !take(); waited += 200) {
    if (waited > 180_000) throw new Error(`another command holds ${path} for 3 minutes`)
    await sleep(200)
  }
  try {
    return await work()
  } finally {
    rmSync(path, {force: true})
  }
}
