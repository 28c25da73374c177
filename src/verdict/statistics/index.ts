export {type Block, type Dispersion, dispersionOf} from './dispersion.js'
export {holm} from './holm.js'
export {
  chanceOfMiss,
  clopperPearson,
  type Decision,
  decide,
  eventsToDecide,
  type Interval,
} from './interval.js'
export {shareInterval, type Worth, worthOf} from './share-interval.js'
