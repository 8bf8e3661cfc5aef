// Checks one state of a page: axe's rules at several widths, and a walk with the keyboard.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { walkWithKeyboard } from './keyboardWalk'
import { findOverflow, WECOM_WIDTH } from './layout'

const WIDTHS = { desktop: { width: 1440, height: 900 }, wecom: { width: WECOM_WIDTH, height: 720 }, phone: { width: 390, height: 844 } }
const TABLET = { width: 820, height: 1180 }
export type Width = keyof typeof WIDTHS

export const UNKNOWN_PATH = '/no-such-page'

// AxeBuilder injects its source twice for each analysis, which takes half a second; here a page gets it once.
const builderRequire = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright'))
const axeSource = readFileSync(builderRequire.resolve('axe-core/axe.min.js'), 'utf8')

/** Collects the faults of the states that a test opens, as "state at width: rule: element". */
export class AccessibilityReport {
  readonly faults: string[] = []

  /** `excluded` selects a part of the page that is not ours: neither axe nor the keyboard walk checks it. */
  constructor(private readonly excluded?: string) {}

  /**
   * Runs axe at each width, and at the first the keyboard walk and axe's rule of contrast in the dark theme. While a
   * dialog is open, they are limited to it. Pages that scroll sideways are faults; a tablet is checked for that alone.
   * Leaves the page at the first width.
   */
  async check(page: Page, state: string, widths: Width[] = ['desktop', 'wecom', 'phone']): Promise<void> {
    for (const [index, width] of widths.entries()) {
      await page.setViewportSize(WIDTHS[width])
      await waitUntilLoaded(page)
      await this.runAxe(page, `${state} at ${WIDTHS[width].width}`)
      this.faults.push(...(await findOverflow(page, state)))
      if (index > 0) continue
      await this.checkDarkTheme(page, state)
      if (this.excluded && (await page.locator(this.excluded).filter({ visible: true }).count()) > 0) continue
      for (const fault of await walkWithKeyboard(page)) this.faults.push(`${state}: ${fault}`)
    }
    if (widths.length > 1) {
      await page.setViewportSize(TABLET)
      this.faults.push(...(await findOverflow(page, state)))
    }
    if (widths[0]) await page.setViewportSize(WIDTHS[widths[0]])
  }

  private async checkDarkTheme(page: Page, state: string): Promise<void> {
    await page.emulateMedia({ colorScheme: 'dark' })
    await this.runAxe(page, `${state} in the dark theme`, ['color-contrast'])
    await page.emulateMedia({ colorScheme: 'light' })
  }

  private async runAxe(page: Page, state: string, rules: string[] = []): Promise<void> {
    const { loaded, dialog } = await page.evaluate(() => ({ loaded: 'axe' in window, dialog: document.querySelector('dialog:modal') !== null }))
    if (!loaded) await page.evaluate(axeSource)
    // Legacy mode runs in the page alone: the other mode needs a second page for each analysis.
    const builder = new AxeBuilder({ page, axeSource: 'void 0' }).options({ resultTypes: ['violations'] }).setLegacyMode()
    if (dialog) builder.include('dialog:modal')
    if (this.excluded) builder.exclude(this.excluded)
    if (rules.length > 0) builder.withRules(rules)
    for (const { id, nodes } of (await builder.analyze()).violations) {
      for (const { target, html, failureSummary = '' } of nodes) {
        this.faults.push(`${state}: ${id}: ${target.join(' ')}: ${html.slice(0, 120)}: ${failureSummary.split('\n')[1]?.trim() ?? ''}`)
      }
    }
  }
}

async function waitUntilLoaded(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('h1, h2, dialog') && !document.querySelector('[role=status][aria-label="正在加载…"]'))
  // A transition would show axe the colours between two states, and the walk the style before the focus.
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync('*, *::before, *::after { transition: none !important; animation: none !important; }')
    document.adoptedStyleSheets = [sheet]
    return new Promise(requestAnimationFrame)
  })
}

/**
 * Opens a page of the product without loading the application again. The page for an unknown path comes in between, so
 * that the new page does not keep the state of the old one.
 */
export async function openPage(page: Page, path: string): Promise<void> {
  for (const next of path === UNKNOWN_PATH ? [path] : [UNKNOWN_PATH, path]) {
    await page.evaluate((to) => {
      document.querySelector('main')?.setAttribute('data-left', '')
      history.pushState(null, '', to)
      dispatchEvent(new PopStateEvent('popstate'))
    }, next)
    await page.waitForFunction(() => !document.querySelector('main[data-left]'))
  }
}
