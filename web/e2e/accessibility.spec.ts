// axe and the keyboard walk on every page, dialog and state of the product, one page after the other.
// docs/accessibility.md describes the checks and their limits.

import type { Page } from '@playwright/test'
import { AccessibilityReport, openPage, UNKNOWN_PATH, type Width } from './accessibility'
import { expect, test } from './demo'
import { enterAsCandidate, Room } from './room'
import { scheduleInterview } from './schedule'
import { Member } from './wecom'

// A trace takes longer than the checks.
test.use({ trace: 'off', screenshot: 'off' })

let recruiter: Member
let page: Page
let report: AccessibilityReport

test.beforeAll(async ({ browser, demo }) => {
  recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  page = await recruiter.openApp()
})

test.afterAll(() => recruiter.close())

test.beforeEach(async ({ demo }) => {
  report = new AccessibilityReport('.excalidraw')
  await page.goto(demo.product)
})

test.afterEach(() => {
  expect(report.faults).toEqual([])
})

async function checkPage(state: string, path: string): Promise<void> {
  await openPage(page, path)
  await report.check(page, state)
}

/** Opens a dialog, checks it and closes it without saving. */
async function checkDialog(state: string, button: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: button }).first().click()
  await checkOpenDialog(state)
  await closeDialogs()
}

async function checkOpenDialog(state: string, widths: Width[] = ['desktop', 'phone']): Promise<void> {
  await expect(page.getByRole('dialog').last()).toBeVisible()
  await report.check(page, state, widths)
}

async function closeDialogs(): Promise<void> {
  await expect(async () => {
    const leave = page.getByRole('button', { name: '放弃' })
    if (await leave.isVisible()) await leave.click()
    else await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0, { timeout: 200 })
  }).toPass()
}

test('pages of members', async () => {
  await report.check(page, 'overview')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByRole('button', { name: '更多' }).click()
  await checkOpenDialog('menu on a phone', ['phone'])
  await closeDialogs()
  await page.setViewportSize({ width: 1440, height: 900 })

  await checkPage('interviews', '/interviews')
  await checkPage('positions', '/positions')
  await checkDialog('close a position', /^关闭$/)
  await checkDialog('edit a position', '编辑')
  await checkPage('day of interviews', '/interviews?view=day')
  await checkPage('candidates', '/candidates')
  await checkDialog("a candidate's interviews", '面试记录')
  await checkDialog('edit a candidate', '编辑')
  await checkPage('week of interviews', '/interviews?view=week')
  await checkPage('questions', '/questions')
  await checkDialog('a question', 'LRU')
  await checkDialog('edit a question', '编辑')
  await checkPage('insight', '/insight')
  await page.getByRole('region', { name: '每周面试' }).getByText('表格', { exact: true }).click()
  await report.check(page, 'table of a chart')
  await checkPage('messages', '/messages')
  await checkPage('no such page', UNKNOWN_PATH)
})

test('forms', async () => {
  await openPage(page, '/positions')
  await page.getByRole('button', { name: '新建职位' }).click()
  await page.getByRole('button', { name: '保存' }).click()
  await checkOpenDialog('position with problems')
  await page.getByRole('textbox', { name: '职位名称' }).fill('测试')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: '放弃' })).toBeVisible()
  await checkOpenDialog('unsaved changes')
  await closeDialogs()

  await page.getByRole('button', { name: '编辑高级后端工程师的面试官池' }).click()
  await expect(page.getByRole('list', { name: '池中的面试官' })).toBeVisible()
  await checkOpenDialog('pool of a position')
  await closeDialogs()

  await checkPage('interview form', '/interviews/new')
  await page.getByRole('button', { name: '打开日历' }).click()
  await expect(page.getByRole('grid')).toBeVisible()
  await report.check(page, 'calendar of a date', ['desktop'])
  await page.getByRole('button', { name: '安排面试' }).click()
  await report.check(page, 'interview form with problems')
  await page.getByRole('combobox', { name: '面试官' }).fill('航')
  await expect(page.getByRole('option', { name: /周航/ })).toBeVisible()
  await report.check(page, 'list of interviewers', ['desktop', 'phone'])

  await checkPage('plan of several rounds', '/interviews/loop')
  await page.getByRole('button', { name: '查找时间' }).click()
  await report.check(page, 'plan of several rounds with problems')

  await checkPage('import of candidates', '/candidates/import')
  const buffer = Buffer.from('姓名,邮箱,职位,工号\n顾南星,gu@example.com,图形工程师,7\n贺知秋,不是邮箱,图形工程师,8\n')
  await page.getByLabel(/选择文件/).setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer })
  await expect(page.getByRole('row', { name: /贺知秋/ })).toBeVisible()
  await report.check(page, 'preview of an import')
})

test('settings', async () => {
  await checkPage('settings', '/settings')
  await checkDialog('roles', '修改角色')
  await checkTokens()
  await checkWebhooks()
})

async function checkTokens(): Promise<void> {
  await page.getByRole('link', { name: 'API 令牌' }).click()
  await report.check(page, 'no tokens')
  await page.getByRole('button', { name: '新建令牌' }).first().click()
  await page.getByRole('button', { name: '保存' }).click()
  await checkOpenDialog('token with problems')
  await page.getByRole('textbox', { name: '名称' }).fill('招聘系统')
  await page.getByRole('checkbox', { name: /查看面试/ }).check()
  await page.getByRole('button', { name: '保存' }).click()
  await expect(page.getByRole('button', { name: '我已保存' })).toBeVisible()
  await checkOpenDialog('new token')
  await page.getByRole('button', { name: '我已保存' }).click()
  await report.check(page, 'tokens')
  await page.getByRole('button', { name: '撤销招聘系统' }).click()
  await checkOpenDialog('revoke a token')
  await page.getByRole('dialog').getByRole('button', { name: '撤销' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

async function checkWebhooks(): Promise<void> {
  await page.getByRole('link', { name: '事件推送' }).click()
  await report.check(page, 'no webhooks')
  await page.getByRole('button', { name: '添加接收地址' }).first().click()
  await checkOpenDialog('new webhook')
  await page.getByRole('textbox', { name: '接收地址' }).fill('http://127.0.0.1:9/events') // nothing listens there
  await page.getByRole('button', { name: '保存' }).click()
  await expect(page.getByRole('dialog', { name: '签名密钥' })).toBeVisible()
  await checkOpenDialog('secret of a webhook')
  await page.getByRole('button', { name: '我已保存' }).click()
  await report.check(page, 'webhooks')
  await page.getByRole('button', { name: '推送记录' }).click()
  await page.getByRole('button', { name: '发送测试事件' }).click()
  await page.locator('summary').click()
  await checkOpenDialog('deliveries')
  await closeDialogs()
  await page.getByRole('button', { name: '编辑' }).click()
  await page.getByRole('button', { name: '更换密钥' }).click()
  await checkOpenDialog('replace a secret')
  await closeDialogs()
  await page.getByRole('button', { name: '编辑' }).click()
  await page.getByRole('button', { name: '删除' }).click()
  await checkOpenDialog('delete a webhook')
  await page.getByRole('dialog').getByRole('button', { name: '删除' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

test('an interview before and after it', async () => {
  const { id } = await scheduleInterview(page)
  await checkPage('scheduled interview', `/interviews/${id}`)
  await page.getByRole('button', { name: '重新生成' }).click()
  await checkOpenDialog('replace the candidate link')
  await page.getByRole('dialog').getByRole('button', { name: '重新生成' }).click()
  await page.getByRole('button', { name: '二维码' }).click()
  await report.check(page, 'candidate link', ['desktop', 'phone'])
  await checkPage('edit an interview', `/interviews/${id}/edit`)
  await openPage(page, `/interviews/${id}`)
  await page.getByRole('button', { name: '取消面试' }).click()
  await checkOpenDialog('cancel an interview')
  await page.getByRole('dialog').getByRole('button', { name: '取消面试' }).click()
  await expect(page.getByText('这场面试已取消')).toBeVisible()
  await report.check(page, 'cancelled interview', ['desktop', 'phone'])
  for (const [index, ended] of (await endedInterviews()).entries()) {
    await checkPage(`ended interview ${index + 1}`, `/interviews/${ended}`)
  }
})

test('sign-in, candidate page, lobby, room, replay and scorecard', async ({ browser, demo }) => {
  const interviewer = await Member.open(browser, demo, 'ZhouHang', '周航')
  const { id, link } = await scheduleInterview(page)
  const guest = await (await browser.newContext()).newPage()
  for (const [state, address] of [['sign-in', '/signin'], ['invalid candidate link', '/join#no-such-link']] as const) {
    await guest.goto(demo.product + address)
    await report.check(guest, state)
  }
  await guest.goto(link)
  await report.check(guest, 'candidate page')
  await enterAsCandidate(guest)
  await expect(guest.getByRole('heading', { name: '请稍候' })).toBeVisible()
  await report.check(guest, 'lobby')

  const office = new Room(await interviewer.openApp())
  const room = new Room(guest)
  await openPage(office.page, `/room/${id}`)
  await office.page.getByRole('button', { name: '允许进入' }).first().waitFor()
  await report.check(office.page, 'candidate waits')
  await office.page.getByRole('button', { name: '允许进入' }).first().click()
  for (const one of [office, room]) await one.waitUntilConnected()
  await office.page.getByRole('combobox', { name: '题目' }).selectOption({ index: 1 })
  await report.check(office.page, 'preview of a question')
  await office.chooseLanguage(/^Python/)
  await office.replaceCode('print("total", sum(range(10)))')
  await office.runCode()
  await expect(office.lastRun()).toContainText('成功')
  await report.check(office.page, 'room of an interviewer')
  await report.check(room.page, 'room of the candidate')
  for (const [state, one] of [['interviewer', office], ['candidate', room]] as const) await checkPanels(state, one.page)

  await office.page.getByRole('button', { name: '结束面试' }).click()
  await expect(office.page.getByRole('dialog')).toBeVisible()
  await report.check(office.page, 'dialog that ends the interview', ['desktop', 'phone'])
  await office.page.getByRole('dialog').getByRole('button', { name: '结束面试' }).click()
  await expect(room.page.getByText('面试已结束，感谢您的参加')).toBeVisible()
  await report.check(office.page, 'ended room')
  await report.check(room.page, 'end page of the candidate')
  for (const path of ['scorecard', 'replay']) {
    await openPage(office.page, `/interviews/${id}/${path}`)
    await report.check(office.page, path)
  }
  await Promise.all([interviewer.close(), guest.context().close()])
})

/** Checks each panel of a room. */
async function checkPanels(state: string, room: Page): Promise<void> {
  for (const tab of await room.getByRole('tab').all()) {
    await tab.click()
    await report.check(room, `${state}: ${await tab.innerText()}`, ['desktop', 'phone'])
  }
}

/** Ended interviews: with scorecards and a result, and without a result. */
async function endedInterviews(): Promise<string[]> {
  const items = await page.evaluate(async () => {
    const response = await fetch('/api/interviews?scope=all&limit=100')
    return ((await response.json()) as { items: { id: string; state: string; result?: unknown }[] }).items
  })
  const ended = items.filter(({ state }) => state === 'ended')
  return [ended.find(({ result }) => result), ended.find(({ result }) => !result)].flatMap((interview) => interview?.id ?? [])
}

test('simulators', async ({ demo }) => {
  const visited = await recruiter.wecom.context().newPage()
  const wecom = ['/?as=LinYue#/chats', '/?as=LinYue#/schedule', '/?as=LinYue#/meetings', '/?as=LinYue#/contacts', '/?as=LinYue#/workbench', '/operator', '/wechat', '/mailbox', '/open']
  for (const address of [...wecom.map((path) => demo.wecom + path), demo.showmebug]) {
    await visited.goto(address)
    await report.check(visited, address.replace(/.*:\d+/, ''), ['desktop', 'phone'])
  }
  await visited.close()
  await recruiter.openChat()
  await report.check(recruiter.wecom, 'conversation', ['desktop', 'phone'])
})
