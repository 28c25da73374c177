import {type Browser, chromium, type Page} from 'playwright-core'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {startWatchServer, type WatchServer} from '../../src/output/watch/watch-server.js'
import {variantReport} from '../fakes/record-variants.js'
import {progress} from '../output/progress-sample.js'
import {chromiumOptions, chromiumPath} from './chromium.js'

describe.skipIf(!chromiumPath)('the page to watch, in Chromium', () => {
  const report = variantReport('fail')
  const seconds = report.record.load
  const complaints: string[] = []
  let browser: Browser
  let server: WatchServer
  let page: Page

  beforeAll(async () => {
    browser = await chromium.launch(chromiumOptions)
  })
  afterAll(async () => await browser.close())
  beforeEach(async () => {
    complaints.length = 0
    server = await startWatchServer(0)
    page = await browser.newPage({viewport: {width: 1200, height: 900}})
    page.on('pageerror', (error) => complaints.push(error.message))
  })
  afterEach(async () => {
    await page.close()
    await server.close()
  })

  /** Seconds `from` to `to` of a run in its fault phase. */
  const pass = (from: number, to: number): void => {
    for (const second of seconds.slice(from, to)) {
      server.board.second(second)
      server.board.progress({...progress, elapsedMs: second.startMs - (seconds[0]?.startMs ?? 0)})
    }
  }
  /** Time, offered and answered. */
  const drawnUntil = async (): Promise<number> => await page.locator('#plot-rate .u-legend .u-series').count()

  it('draws what was before it came and what comes, without a complaint', async () => {
    pass(0, 20)
    await page.goto(server.url)
    await expect.poll(drawnUntil).toBe(3)
    const heat = async () => await page.locator('#plot-heat').screenshot()
    const before = await heat()
    pass(20, 60)
    await expect.poll(async () => (await heat()).equals(before)).toBe(false)
    await expect.poll(() => page.locator('#now').innerText()).toContain('order->payment')
    await expect.poll(() => page.locator('#now').innerText()).toContain('browsing stays up')
    expect(complaints).toEqual([])
  })

  it('keeps what is zoomed into while the run goes on', async () => {
    pass(0, 40)
    await page.goto(server.url)
    const over = page.locator('#plot-rate .u-over')
    await over.scrollIntoViewIfNeeded()
    const box = await over.boundingBox()
    if (!box) throw new Error('no plot')
    await page.mouse.move(box.x + box.width * 0.5, box.y + 50)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.75, box.y + 60, {steps: 5})
    await page.mouse.up()
    pass(40, 60)
    // What is told comes in order.
    server.board.note('a minute has passed')
    await expect.poll(() => page.locator('#notes').innerText()).toContain('a minute has passed')
    await over.hover({position: {x: 2, y: 60}})
    const firstSecond = async (): Promise<number> => {
      const time = await page.locator('#plot-rate .u-legend .u-value').first().innerText()
      return Number.parseFloat(time.replace('+', ''))
    }
    await expect.poll(firstSecond).toBeGreaterThan(15)
    expect(complaints).toEqual([])
  })

  it('ends with the verdict, and says that the run is over', async () => {
    pass(0, 10)
    await page.goto(server.url)
    await expect.poll(() => page.locator('#now').innerText()).toContain('payment-slow')
    server.board.verdict(report)
    await server.close()
    await expect.poll(() => page.locator('#connection').innerText()).toContain('The run is over')
    await expect.poll(() => page.locator('#verdict').innerText()).toContain(report.verdict.summary)
  })
})
