// `node tools/kubernetes/image.mjs NAME...`: makes images of local files and brings them into the test cluster.
import {images} from './images.mjs'
import {importImage} from './import.mjs'

const names = process.argv.slice(2)
const unknown = names.filter((name) => !Object.hasOwn(images, name))
if (names.length === 0 || unknown.length > 0) {
  console.error(`usage: node tools/kubernetes/image.mjs NAME...\nimages: ${Object.keys(images).join(', ')}`)
  process.exitCode = 2
} else {
  for (const name of names) {
    const before = Date.now()
    const made = images[name]()
    const says = importImage(made)
      ? `imported in ${((Date.now() - before) / 1_000).toFixed(1)} s`
      : 'is there'
    console.error(`cluster: localhost/${made.name}:${made.tag} ${says}`)
  }
}
