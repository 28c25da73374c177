// `node tools/kubernetes/image.mjs NAME...`: makes images of local files and brings them into the test cluster;
// with `--save FOLDER` it writes them as archives for another one.
import {parseArgs} from 'node:util'
import {images} from './images.mjs'
import {importImage, saveImage} from './import.mjs'

const {values, positionals: names} = parseArgs({options: {save: {type: 'string'}}, allowPositionals: true})

const bring = (image) => {
  const before = Date.now()
  const says = importImage(image) ? `imported in ${((Date.now() - before) / 1_000).toFixed(1)} s` : 'is there'
  console.error(`cluster: localhost/${image.name}:${image.tag} ${says}`)
}

const unknown = names.filter((name) => !Object.hasOwn(images, name))
if (names.length === 0 || unknown.length > 0) {
  console.error(`usage: node tools/kubernetes/image.mjs [--save FOLDER] NAME...
images: ${Object.keys(images).join(', ')}`)
  process.exitCode = 2
} else {
  for (const name of names) {
    if (values.save === undefined) bring(images[name]())
    else console.log(saveImage(images[name](), values.save))
  }
}
