import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {type Browser, chromium, type Page} from 'playwright-core'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {readPageAssets} from '../../src/output/page-assets.js'
import html from '../../src/reporters/html.js'
import type {EdgeEffect} from '../../src/verdict/effects/effect.js'
import {variantReport, variants} from '../fakes/record-variants.js'
import {chromiumOptions, chromiumPath} from './chromium.js'

const edge = (name: string): EdgeEffect => ({
  edge: name,
  phase: 'fault',
  calls: 600,
  attempts: 700,
  attemptsPerCall: 7 / 6,
  failed: {timeout: 70},
  failedShare: 0.1,
  p99Ms: {low: 100, high: 250},
})

describe.skipIf(!chromiumPath)('the page in Chromium', () => {
  let browser: Browser
  let folder = ''
  const complaints: string[] = []

  /** Opens the page of a run that ended like this. */
  const open = async (
    variant: (typeof variants)[number],
    options: {width?: number; dark?: boolean; edges?: EdgeEffect[]} = {},
  ): Promise<Page> => {
    const assets = await readPageAssets()
    const path = join(folder, `${variant.replace(' ', '-')}.html`)
    const report = variantReport(variant)
    report.summary.effects.edges.push(...(options.edges ?? []))
    await writeFile(path, html.render(report, {color: false, width: 80, assets}))
    const page = await browser.newPage({
      viewport: {width: options.width ?? 1200, height: 900},
      colorScheme: options.dark ? 'dark' : 'light',
      offline: true,
    })
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('requestfailed', (request) => complaints.push(`asked for ${request.url()}`))
    await page.goto(pathToFileURL(path).href)
    return page
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'html-page-'))
    browser = await chromium.launch(chromiumOptions)
  })
  afterAll(async () => {
    await browser.close()
    await rm(folder, {recursive: true})
  })

  it.each(variants)('opens a run that is "%s" without a complaint, plots and all', async (variant) => {
    const page = await open(variant)
    expect(await page.title()).toContain('payment-slow')
    expect(complaints).toEqual([])
    await page.close()
  })

  it('shows in all plots what is under the pointer', async () => {
    const page = await open('fail')
    const over = page.locator('#plot-rate .u-over')
    const box = await over.boundingBox()
    await over.hover({position: {x: (box?.width ?? 0) / 2, y: 60}})
    // The middle of 75 s is in the fault phase: 120 requests a second, checkouts rejected.
    await expect.poll(() => page.locator('#plot-rate .u-legend').innerText()).toMatch(/offered\s*120\/s/)
    await expect.poll(() => page.locator('#plot-latency .u-legend').innerText()).toMatch(/p50\s*\d/)
    await page.close()
  })

  it('names the event that the pointer is at', async () => {
    const page = await open('fail')
    const {course, marks} = JSON.parse((await page.locator('#course').textContent()) ?? '')
    const [first, last] = [course.t[0], course.t.at(-1)]
    const share = {at: (marks[0].at - first) / (last - first), text: marks[0].text.slice(0, 20)}
    const over = page.locator('#plot-rate .u-over')
    const box = await over.boundingBox()
    await over.hover({position: {x: (box?.width ?? 0) * share.at, y: 60}})
    await expect.poll(() => page.locator('#plot-rate .u-legend').innerText()).toContain(share.text)
    await page.close()
  })

  it('zooms into what is dragged over', async () => {
    const page = await open('pass')
    const over = page.locator('#plot-rate .u-over')
    await over.scrollIntoViewIfNeeded()
    const box = await over.boundingBox()
    if (!box) throw new Error('no plot')
    await page.mouse.move(box.x + box.width * 0.4, box.y + 50)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.6, box.y + 60, {steps: 5})
    await page.mouse.up()
    await over.hover({position: {x: 2, y: 60}})
    const seconds = async (): Promise<number> => {
      const time = await page.locator('#plot-rate .u-legend .u-value').first().innerText()
      return Number.parseFloat(time.replace('+', ''))
    }
    // 40 % of 75 s, not their beginning.
    await expect.poll(seconds).toBeGreaterThan(20)
    await page.close()
  })

  it('says in its text what the JSON says in numbers', async () => {
    const page = await open('fail')
    const text = await page.locator('body').innerText()
    for (const {message} of variantReport('fail').verdict.objectives) expect(text).toContain(message)
    await page.close()
  })

  it('has a table behind each plot, with the counts of the heat map in one', async () => {
    const page = await open('fail')
    const {course} = JSON.parse((await page.locator('#course').textContent()) ?? '')
    const cells = async (plot: string): Promise<string[]> => {
      const numbers = page.locator(`[data-of=${plot}]`)
      await numbers.locator('summary').click()
      await expect.poll(() => numbers.locator('tbody tr').count()).toBe(75)
      return await numbers.locator('tbody tr').nth(30).locator('td').allInnerTexts()
    }
    expect(await cells('plot-rate')).toEqual([course.offered[30], course.answered[30]].map(String))
    expect((await cells('plot-latency')).at(2)).toBe(String(course.p99[30]))
    const counts = (await cells('plot-heat')).map(Number)
    expect(counts.length).toBeGreaterThan(5)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(course.answered[30])
    await page.close()
  })

  it('does with keys what it does with the pointer, in all plots', async () => {
    const page = await open('fail')
    const time = async (plot: string): Promise<number> => {
      const text = await page.locator(`#${plot} .u-legend .u-value`).first().innerText()
      return Number.parseFloat(text.replace('+', ''))
    }
    await page.locator('#plot-latency').focus()
    for (let step = 0; step < 11; step++) await page.keyboard.press('ArrowRight')
    await expect.poll(() => time('plot-latency')).toBe(10)
    for (const plot of ['plot-rate', 'plot-outcomes', 'plot-heat']) expect(await time(plot)).toBe(10)
    expect(await page.locator('#reading').textContent()).toMatch(/^\+10s.*p50 \d.*p99 \d/)
    for (let step = 0; step < 3; step++) await page.keyboard.press('+')
    // An eighth of 76 s around the tenth second; read on, and the pointer stays within it.
    for (let step = 0; step < 40; step++) await page.keyboard.press('ArrowRight')
    await expect.poll(() => time('plot-heat')).toBe(14)
    await page.keyboard.press('0')
    for (let step = 0; step < 80; step++) await page.keyboard.press('ArrowRight')
    await expect.poll(() => time('plot-rate')).toBe(74)
    expect(complaints).toEqual([])
    await page.close()
  })

  it('hides a series by the keyboard', async () => {
    const page = await open('fail')
    const name = page.locator('#plot-latency .u-label', {hasText: 'max'})
    await name.focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => name.getAttribute('aria-pressed')).toBe('false')
    await page.close()
  })

  it('fits a narrow screen, and changes between light and dark', async () => {
    const page = await open('fail', {
      width: 380,
      dark: true,
      edges: [edge('order->payment'), edge('a->order')],
    })
    await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true')
    await expect.poll(() => page.locator('.numbers table').count()).toBe(4)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(380)
    // The call graph as lines, in letters that can be read.
    await expect.poll(() => page.locator('.in-fault .calls').isVisible()).toBe(true)
    expect(await page.locator('.in-fault svg').isVisible()).toBe(false)
    expect(await page.locator('.in-fault .calls li').first().innerText()).toContain('a → order')
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const dark = await paper()
    await page.locator('#theme').click()
    await expect.poll(paper).not.toBe(dark)
    expect(complaints).toEqual([])
    await page.close()
  })

  it('prints to A4', async () => {
    const page = await open('fail', {dark: true})
    // As the page stands on paper: light, with the plots and all that was folded but their numbers.
    await page.evaluate('dispatchEvent(new Event("beforeprint"))')
    await page.emulateMedia({media: 'print'})
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
    expect(await page.locator('details:not(.numbers, .source, [open])').count()).toBe(0)
    expect((await page.locator('#plot-rate .u-wrap').boundingBox())?.width).toBe(680)
    await page.evaluate('dispatchEvent(new Event("afterprint"))')
    await page.emulateMedia({media: 'screen'})
    expect(await page.locator('details:not(.numbers, .source, [open])').count()).toBeGreaterThan(0)
    const pdf = (await page.pdf({format: 'A4'})).toString('latin1')
    expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length).toBeGreaterThanOrEqual(2)
    await page.close()
  })
})
