// Measures a key in one browser to the text in another: `make latency`. A figure, not a test.

import type { Page } from '@playwright/test'
import { expect, test } from './demo'
import { Room } from './room'
import { schedule } from './schedule'
import { Member } from './wecom'

const keys = 200

interface Watched extends Window {
  times: number[]
}

test('from key to key', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const interviewer = await Member.open(browser, demo, 'ZhouHang', '周航')
  const page = await recruiter.openApp()
  const { id } = await schedule(page)
  const other = await interviewer.openApp()
  for (const one of [page, other]) await one.goto(`${demo.product}/room/${id}`)
  const [writer, reader] = [new Room(page), new Room(other)]
  await writer.isLive()
  await reader.isLive()

  await watch(page, 'keydown')
  await watch(other, 'text')
  await writer.code.click()
  for (let n = 1; n <= keys; n++) {
    await page.keyboard.press('x')
    await expect.poll(() => other.evaluate(() => (window as unknown as Watched).times.length), { intervals: [5] }).toBe(n)
  }
  const [pressed, shown] = await Promise.all([page, other].map((one) => one.evaluate(() => (window as unknown as Watched).times)))
  const took = (shown ?? []).map((at, n) => at - (pressed?.[n] ?? 0)).sort((a, b) => a - b)
  const at = (share: number) => took[Math.floor(took.length * share)]?.toFixed(1)
  console.log(`key → other browser, ${keys} keys: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`)
})

/** Notes when a key goes down, or when the editor's text has changed, on the clock that both pages share. */
async function watch(page: Page, what: 'keydown' | 'text'): Promise<void> {
  await page.evaluate((kind) => {
    const times: number[] = ((window as unknown as Watched).times = [])
    const note = () => times.push(performance.timeOrigin + performance.now())
    const editor = document.querySelector('[role=textbox].cm-content')
    if (!editor) throw new Error('there is no editor')
    if (kind === 'keydown') {
      window.addEventListener('keydown', note, true)
      return
    }
    let length = editor.textContent.length
    new MutationObserver(() => {
      const now = editor.textContent.replaceAll('\u2060', '').length
      if (now > length) note()
      length = now
    }).observe(editor, { childList: true, characterData: true, subtree: true })
  }, what)
}
