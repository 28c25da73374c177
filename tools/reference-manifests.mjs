// Writes reference/deploy/base: the files that `shakedown up --on kubernetes` applies, for `kubectl apply -k` and for
// reading. Run it after a change in reference/src/deploy (and `npm run build`).
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {stringify} from 'yaml'
import {deployFiles, usualNamespace} from '../reference/dist/deploy/files.js'

const reference = fileURLToPath(new URL('../reference', import.meta.url))
const folder = join(reference, 'deploy/base')
const note = '# Written by tools/reference-manifests.mjs from reference/src/deploy: change it there.\n'
const yaml = (value) => stringify(value, {lineWidth: 0, aliasDuplicateObjects: false})

const files = deployFiles({namespace: usualNamespace, seed: 1})
const kustomization = {
  apiVersion: 'kustomize.config.k8s.io/v1beta1',
  kind: 'Kustomization',
  namespace: usualNamespace,
  resources: Object.keys(files),
}

rmSync(folder, {recursive: true, force: true})
mkdirSync(folder, {recursive: true})
for (const [name, manifests] of Object.entries(files))
  writeFileSync(join(folder, name), `${note}${manifests.map(yaml).join('---\n')}`)
writeFileSync(join(folder, 'kustomization.yaml'), `${note}${yaml(kustomization)}`)
