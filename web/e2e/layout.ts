// Checks the layout at the widths that it distinguishes.

import { expect, type Locator, type Page, test } from '@playwright/test'

/** The width of WeCom's own window on a desktop. */
export const WECOM_WIDTH = 1030

/** A phone, a tablet, WeCom's window and a desktop. */
export const WIDTHS = [390, 820, WECOM_WIDTH, 1440]

/**
 * Checks that the page does not scroll sideways at any width, and restores its size. `prepare` brings the page to the
 * state in question at a width. With HUIMIAN_SCREENSHOTS=1 the output folder of the test gets a screenshot of each width.
 */
export async function checkWidths(page: Page, name: string, prepare?: (width: number) => Promise<void>): Promise<void> {
  const size = page.viewportSize()
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 844 })
    await prepare?.(width)
    expect(await findOverflow(page, name)).toEqual([])
    await takeScreenshot(page, `${name}-${width}`)
  }
  if (size) await page.setViewportSize(size)
}

/** The elements that make the page scroll sideways, at most five, as "state at width: overflow: element". */
export function findOverflow(page: Page, state: string): Promise<string[]> {
  return page.evaluate((name) => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) return []
    const outside = [...document.body.querySelectorAll('*')].filter((element) => element.getBoundingClientRect().right > width + 1)
    return outside.slice(0, 5).map((element) => `${name} at ${width}: overflow: <${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}">`)
  }, state)
}

/** Stores a screenshot in the output folder of the test when HUIMIAN_SCREENSHOTS=1. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  if (process.env.HUIMIAN_SCREENSHOTS !== '1') return
  await page.screenshot({ path: test.info().outputPath(`${name}.png`) })
}

/** The texts of elements that their box, or a box around it, cuts. */
export function findCutTexts(elements: Locator): Promise<string[]> {
  return elements.evaluateAll((list) => {
    const clips = (box: Element) => getComputedStyle(box).overflowX !== 'visible'
    const isCut = (element: Element) => {
      if (element.scrollHeight > element.clientHeight + 1 && clips(element)) return true
      const range = document.createRange()
      range.selectNodeContents(element)
      const text = range.getBoundingClientRect()
      for (let box: Element | null = element; box; box = box.parentElement) {
        const { left, right } = box.getBoundingClientRect()
        if (clips(box) && (text.left < left - 1 || text.right > right + 1)) return true
      }
      return false
    }
    return list.filter(isCut).map(({ textContent }) => textContent)
  })
}
