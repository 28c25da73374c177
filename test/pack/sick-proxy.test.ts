import {sickProxySuite} from '../e2e/sick-proxies.js'

// Each kind of sickness once, and each way to end a run; every pair is tried on the real Toxiproxy (test/real).
sickProxySuite('embedded', [
  ['hangs for 4 s', 'kill -9'],
  ['hangs for good', 'Ctrl-C'],
  ['dies and comes back empty', 'the run ends'],
  ['answers 500 to every DELETE', 'Ctrl-C'],
  ['answers 503 to every DELETE, which lands 1 s later', 'kill -9'],
])
