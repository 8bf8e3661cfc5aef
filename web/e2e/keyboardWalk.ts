// Walks through a page with the keyboard: Tab reaches each interactive element, or its group, within which
// the arrow keys do, and each shows that it has the focus.

import type { Page } from '@playwright/test'

interface Walk {
  /** style without the focus, by element to be reached */
  styles: Map<Element, string>
  reached: Set<Element>
  invisible: Set<Element>
  /** the elements of a group, within which the arrow keys move the focus, by its first element */
  groups: Map<Element, Element[]>
}

declare global {
  interface Window {
    keyboardWalk: Walk
  }
}

const BATCH = 8

/** Returns what the keyboard does not reach and what does not show its focus. */
export async function walkWithKeyboard(page: Page): Promise<string[]> {
  const count = await page.evaluate(startWalk)
  // A date or a time has several tab stops, and so has a page whose end the browser wraps.
  for (let presses = 0; presses < 4 * count + 40; ) {
    const position = await page.evaluate(walkPosition)
    if (position === 'done') break
    // Tab indents in an editor, and is typed into a terminal: Escape, then Tab leaves them.
    const keys = position === 'editor' ? ['Escape', 'Tab'] : Array<string>(position === 'near an editor' ? 1 : BATCH).fill('Tab')
    await Promise.all(keys.map((key) => page.keyboard.press(key)))
    presses += keys.length
  }
  const sizes = await page.evaluate(() => [...window.keyboardWalk.groups.values()].map(({ length }) => length))
  for (const [index, size] of sizes.entries()) {
    if (!(await page.evaluate(focusGroup, index))) continue
    await Promise.all(Array<string>(size).fill('ArrowRight').map((key) => page.keyboard.press(key)))
  }
  return page.evaluate(walkFaults)
}

/** Runs in the page. Returns how many elements are to be reached. */
function startWalk(): number {
  // The focus may be shown by the element, by what follows a transparent input, or by what encloses it.
  const styleOf = (element: Element) =>
    [element, element.nextElementSibling, element.parentElement, element.parentElement?.parentElement]
      .map((part) => {
        if (!part) return ''
        const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(part)
        return [outlineStyle === 'none' ? '' : outlineStyle + outlineWidth, boxShadow, borderColor].join()
      })
      .join('|')
  const interactive =
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [contenteditable=true], [tabindex="0"], [role=button], [role=tab], [role=checkbox], [role=switch], [role=slider], [role=link]'
  const scope: ParentNode = [...document.querySelectorAll('dialog:modal')].at(-1) ?? document
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  const elements = [...scope.querySelectorAll(interactive)].filter((element) => {
    const { width, height } = element.getBoundingClientRect()
    const usable = !element.matches(':disabled') && !element.closest('[inert], [aria-hidden=true]')
    return usable && width > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true })
  })
  const byGroup = new Map<unknown, Element[]>()
  for (const element of elements) {
    const radio = element instanceof HTMLInputElement && element.type === 'radio' && element.name
    const group = radio || element.closest('[role=tablist], [role=menu], [role=toolbar], [role=grid]')
    if (group) byGroup.set(group, [...(byGroup.get(group) ?? []), element])
  }
  const groups = new Map<Element, Element[]>()
  for (const members of byGroup.values()) if (members[0]) groups.set(members[0], members)
  const walk: Walk = { styles: new Map(elements.map((element) => [element, styleOf(element)])), reached: new Set(), invisible: new Set(), groups }
  const isFirst = !('keyboardWalk' in window)
  window.keyboardWalk = walk
  if (isFirst) {
    document.addEventListener('focusin', ({ target }) => {
      if (!(target instanceof Element)) return
      const { styles, reached, invisible } = window.keyboardWalk
      reached.add(target)
      const before = styles.get(target)
      if (before !== undefined && before === styleOf(target)) invisible.add(target)
    })
  }
  return elements.length
}

/** Runs in the page. */
function walkPosition(): 'done' | 'editor' | 'near an editor' | 'elsewhere' {
  const { styles, reached, groups } = window.keyboardWalk
  const grouped = new Set([...groups.values()].flat())
  const singles = [...styles.keys()].every((element) => grouped.has(element) || reached.has(element) || !element.isConnected)
  if (singles && [...groups.values()].every((members) => members.some((element) => reached.has(element) || !element.isConnected))) return 'done'
  const editors = '.cm-content[contenteditable=true], .xterm-helper-textarea'
  if (document.activeElement?.matches(editors)) return 'editor'
  return document.querySelector(editors) ? 'near an editor' : 'elsewhere'
}

/** Runs in the page. Focuses the element of a group which Tab has reached; false when the group has been removed meanwhile. */
function focusGroup(index: number): boolean {
  const { groups, reached } = window.keyboardWalk
  const members = [...groups.values()][index] ?? []
  const start = members.find((element) => reached.has(element))
  if (!(start instanceof HTMLElement) || !start.isConnected) return false
  start.focus()
  return true
}

/** Runs in the page. */
function walkFaults(): string[] {
  const { styles, reached, invisible } = window.keyboardWalk
  const faults: string[] = []
  for (const element of styles.keys()) {
    if (!element.isConnected) continue
    const name = `${(element.cloneNode(false) as Element).outerHTML.slice(0, 160)} ${(element.textContent ?? '').slice(0, 30)}`
    if (!reached.has(element)) faults.push(`the keyboard does not reach ${name}`)
    if (invisible.has(element)) faults.push(`focus is not visible on ${name}`)
  }
  return faults
}
