// Checks whether a narrow window cuts texts.

import type { Locator } from '@playwright/test'

/** The width of WeCom's own window on a desktop. */
export const WECOM_WIDTH = 1030

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
