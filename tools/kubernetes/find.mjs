// Prints as JSON where the test cluster is: `{kubeconfig, kubectl}`; with exit code 1 and nothing where it is not up.
import {join} from 'node:path'
import {isUp} from './alive.mjs'
import {installed} from './cache.mjs'
import {kubeconfig} from './settings.mjs'

if (await isUp()) {
  console.log(JSON.stringify({kubeconfig, kubectl: join(installed('kubernetes/binaries'), 'kubectl')}))
} else process.exitCode = 1
