// Measures the latency from a keystroke in one browser to the text in another: `make latency`. Not a test.

import type { Page } from '@playwright/test'
import { expect, test } from './demo'
import { Room } from './room'
import { scheduleInterview } from './schedule'
import { Member } from './wecom'

const KEY_COUNT = 200

interface WatchedWindow extends Window {
  times: number[]
}

test('keystroke latency between browsers', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const interviewer = await Member.open(browser, demo, 'ZhouHang', '周航')
  const page = await recruiter.openApp()
  const { id } = await scheduleInterview(page)
  const other = await interviewer.openApp()
  for (const one of [page, other]) await one.goto(`${demo.product}/room/${id}`)
  const [writer, reader] = [new Room(page), new Room(other)]
  await writer.waitUntilConnected()
  await reader.waitUntilConnected()

  await recordTimes(page, 'keydown')
  await recordTimes(other, 'text')
  await writer.code.click()
  for (let n = 1; n <= KEY_COUNT; n++) {
    await page.keyboard.press('x')
    await expect.poll(() => other.evaluate(() => (window as unknown as WatchedWindow).times.length), { intervals: [5] }).toBe(n)
  }
  const [pressed, shown] = await Promise.all([page, other].map((one) => one.evaluate(() => (window as unknown as WatchedWindow).times)))
  const took = (shown ?? []).map((at, n) => at - (pressed?.[n] ?? 0)).sort((a, b) => a - b)
  const at = (share: number) => took[Math.floor(took.length * share)]?.toFixed(1)
  console.log(`key → other browser, ${KEY_COUNT} keys: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`)
})

/** Records the times of keydown events or text changes, on the clock that both pages share. */
async function recordTimes(page: Page, what: 'keydown' | 'text'): Promise<void> {
  await page.evaluate((kind) => {
    const times: number[] = ((window as unknown as WatchedWindow).times = [])
    const recordTime = () => times.push(performance.timeOrigin + performance.now())
    const editor = document.querySelector('[role=textbox].cm-content')
    if (!editor) throw new Error('there is no editor')
    if (kind === 'keydown') {
      window.addEventListener('keydown', recordTime, true)
      return
    }
    let length = editor.textContent.length
    new MutationObserver(() => {
      const now = editor.textContent.replaceAll('\u2060', '').length
      if (now > length) recordTime()
      length = now
    }).observe(editor, { childList: true, characterData: true, subtree: true })
  }, what)
}
