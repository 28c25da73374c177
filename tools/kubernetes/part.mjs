// `node tools/kubernetes/part.mjs kill|start|restart NAME`: ends one part of the running cluster, or brings it back.
import {installed} from './cache.mjs'
import {parts} from './parts.mjs'
import {end, runs, start, started} from './processes.mjs'

const [verb, name] = process.argv.slice(2)

const kill = () =>
  end(
    started().filter((part) => part.name === name),
    0,
  )

const bringBack = () => {
  if (started().some((part) => part.name === name && runs(part))) return
  start(name, ...parts[name](installed('kubernetes/binaries')))
}

const verbs = {
  kill,
  start: bringBack,
  restart: async () => {
    await kill()
    bringBack()
  },
}

if (verb && name && Object.hasOwn(verbs, verb) && Object.hasOwn(parts, name)) await verbs[verb]()
else {
  console.error(`usage: node tools/kubernetes/part.mjs ${Object.keys(verbs).join('|')} NAME
parts: ${Object.keys(parts).join(', ')}`)
  process.exitCode = 2
}
