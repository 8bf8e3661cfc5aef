// Two people draw on one drawing. One loses the connection, both go on, and both have everything afterwards; the replay
// shows the drawing at each moment.

import { expect, test } from './demo'
import type { Page, WebSocketRoute } from '@playwright/test'
import { AccessibilityReport, openPage } from './accessibility'
import { checkWidths } from './layout'
import { admitCandidate, openMembers, openRoomPages } from './room'
import { scheduleInterview } from './schedule'

const DAY = 137 // from today, when no interview of other tests is

test('a drawing of two people', async ({ browser, demo }) => {
  const { recruiter, interviewer, desk } = await openMembers(browser, demo)
  const report = new AccessibilityReport('.excalidraw')
  const { id, link } = await scheduleInterview(desk, { minutes: DAY * 24 * 60 })
  const { ours, theirs, guest } = await openRoomPages(browser, interviewer)
  const requests: string[] = []
  guest.on('request', (request) => requests.push(request.url()))
  const line = await interruptibleLine(guest)
  await admitCandidate(ours, theirs, { id, link })

  await test.step('the editor is loaded with its tab, from the product alone', async () => {
    const scripts = () => requests.filter((url) => url.endsWith('.js')).length
    const before = scripts()
    for (const page of [ours.page, guest]) await openDrawing(page)
    expect(scripts()).toBeGreaterThan(before)
  })

  await test.step('each sees what the other draws', async () => {
    await drawShape(ours.page, 'r', 0.4)
    await writeText(ours.page, '缓存层', 0.4)
    await expectTexts(guest, ['缓存层'], 2)
    await guest.getByRole('tab', { name: '代码' }).click()
    await writeText(ours.page, '数据库', 0.6)
    await expect(guest.getByRole('tab', { name: '画板' })).toContainText('1 个元素有变化')
    await openDrawing(guest)
    await expectTexts(guest, ['缓存层', '数据库'], 3)
  })

  await test.step('the candidate draws without a connection, and both have everything afterwards', async () => {
    line.cut()
    await expect(guest.getByText('连接断开').first()).toBeVisible()
    await drawShape(guest, 'o', 0.5)
    await writeText(guest, '消息队列', 0.8)
    await writeText(ours.page, '网关', 0.7)
    line.restore()
    for (const page of [ours.page, guest]) await expectTexts(page, ['缓存层', '数据库', '网关', '消息队列'], 6)
    await expect(guest.getByRole('tabpanel', { name: '画板' }).getByText('已保存')).toBeVisible()
  })

  await test.step('the pane at each width', async () => {
    await report.check(ours.page, 'drawing', ['desktop'])
    await checkWidths(ours.page, 'drawing', async () => {
      await openDrawing(ours.page)
    })
    const { origin } = new URL(guest.url())
    expect(requests.filter((url) => /^https?:/.test(url) && !url.startsWith(origin))).toEqual([])
  })

  await test.step('the end makes it read-only, and the replay shows each moment', async () => {
    await ours.page.getByRole('button', { name: '结束面试' }).click()
    await ours.page.getByRole('dialog').getByRole('button', { name: '结束面试' }).click()
    await expect(guest.getByText('面试已结束，感谢您的参加')).toBeVisible()
    await expect(guest.locator('.excalidraw [data-testid="toolbar-rectangle"]')).toHaveCount(0)
    await openPage(ours.page, `/interviews/${id}/replay`)
    await ours.page.getByRole('slider', { name: '播放位置' }).press('End')
    const image = ours.page.getByRole('img', { name: '画板上有 6 个元素' })
    for (const text of ['缓存层', '消息队列']) await expect(image).toContainText(text)
    await report.check(ours.page, 'replay with a drawing')
    await ours.page.getByRole('button', { name: /在画板上写了/ }).first().click()
    await expect(ours.page.getByRole('img', { name: /画板上有/ })).not.toContainText('消息队列')
  })
  expect(report.faults).toEqual([])
  await Promise.all([recruiter.close(), interviewer.close(), guest.context().close()])
})

/** The connection of a page to its room, which can be cut. Playwright's offline mode keeps open sockets. */
async function interruptibleLine(page: Page): Promise<{ cut: () => void; restore: () => void }> {
  const sockets: WebSocketRoute[] = []
  let isCut = false
  await page.routeWebSocket(/\/ws\/rooms\//, async (socket) => {
    if (isCut) return socket.close({ code: 4999 })
    socket.connectToServer()
    sockets.push(socket)
  })
  const cut = () => {
    isCut = true
    for (const socket of sockets.splice(0)) void socket.close({ code: 4999 })
  }
  return { cut, restore: () => void (isCut = false) }
}

const canvas = (page: Page) => page.locator('.excalidraw canvas.interactive')

async function openDrawing(page: Page): Promise<void> {
  await page.getByRole('tab', { name: '画板' }).click()
  await expect(canvas(page)).toBeVisible()
}

/** Draws a shape with the tool of a key, at a part of the height. */
async function drawShape(page: Page, key: string, part: number): Promise<void> {
  const { x, y } = await pointOf(page, part)
  await page.mouse.click(x - 120, y) // the keys of tools work with the focus on the drawing
  await page.keyboard.press(key)
  await page.mouse.move(x - 60, y - 10)
  await page.mouse.down()
  await page.mouse.move(x - 20, y + 25, { steps: 4 })
  await page.mouse.up()
  await page.keyboard.press('Escape')
}

async function writeText(page: Page, text: string, part: number): Promise<void> {
  const { x, y } = await pointOf(page, part)
  await page.mouse.click(x - 120, y)
  await page.keyboard.press('t')
  await page.mouse.click(x + 60, y)
  await page.keyboard.insertText(text)
  await page.keyboard.press('Escape')
}

async function pointOf(page: Page, part: number): Promise<{ x: number; y: number }> {
  const box = await canvas(page).boundingBox()
  if (!box) throw new Error('the drawing is not shown')
  return { x: box.x + box.width / 2, y: box.y + box.height * part }
}

async function expectTexts(page: Page, texts: string[], count: number): Promise<void> {
  await expect(page.getByText(`画板上有 ${count} 个元素`)).toBeAttached()
  const list = page.getByRole('list', { name: '画板中的文字' })
  for (const text of texts) await expect(list).toContainText(text)
}
