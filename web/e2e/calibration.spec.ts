// A recruiter makes a finished interview a calibration exercise; a member who did not take part is invited in WeCom, rates
// the replay without names, and reads the comparison.

import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { openMembers, Room } from './room'
import { scheduleInterview } from './schedule'
import { Member } from './wecom'

const DAY = 113 // from today, when no interview of other tests is
const TITLE = '校准走查 7'

test('calibration without names', async ({ browser, demo }) => {
  const { interviewer, desk } = await openMembers(browser, demo)
  const report = new AccessibilityReport()
  const { id, candidate } = await scheduleInterview(desk, { minutes: DAY * 24 * 60 })

  await test.step('an interview ends with a sealed replay', async () => {
    const ours = new Room(await interviewer.openApp())
    await openPage(ours.page, `/room/${id}`)
    await ours.waitUntilConnected()
    await ours.code.click()
    await ours.page.keyboard.type('print(42)')
    for (const step of ['start', 'end']) {
      expect(await ours.page.evaluate(async (path) => (await fetch(path, { method: 'POST' })).status, `/api/interviews/${id}/${step}`)).toBe(200)
    }
    await expect.poll(() => desk.evaluate(async (path) => (await fetch(path)).status, `/api/calibration/previews/${id}`)).toBe(200)
  })

  await test.step('the recruiter previews it and invites a rater', async () => {
    await openPage(desk, `/calibration/new?interview=${id}`)
    await desk.getByRole('link', { name: '预览不显示姓名的回放' }).click()
    await expect(desk.getByText('面试官 A').first()).toBeVisible()
    await expect(desk.getByRole('main')).not.toContainText('周航')
    await openPage(desk, `/calibration/new?interview=${id}`)
    await desk.getByLabel('名称').fill(`${candidate}的面试`)
    await expect(desk.getByLabel('评价表版本')).toHaveValue('0') // that of the interview
    await desk.getByRole('combobox', { name: '评分人' }).fill('陈默')
    await desk.getByRole('option', { name: /陈默/ }).click()
    await desk.keyboard.press('Escape')
    await desk.getByRole('button', { name: '保存' }).click()
    await expect(desk.getByText('请去掉候选人的姓名和邮箱')).toBeVisible()
    await desk.getByLabel('名称').fill(TITLE)
    await report.check(desk, 'the form of an exercise', ['desktop', 'phone'])
    await checkWidths(desk, 'form')
    await desk.getByRole('button', { name: '保存' }).click()
    await expect(desk.getByText('还没有提交：陈默')).toBeVisible()
  })

  await test.step('the rater opens the card, rates and reads the result', async () => {
    const rater = await Member.open(browser, demo, 'ChenMo', '陈默')
    const chat = await rater.openChat()
    const card = chat.getByRole('region', { name: `评分校准：${TITLE}` })
    await expect(card).not.toContainText(candidate)
    const page = await rater.openLink(card.getByRole('link', { name: '去评分' }))
    await expect(page.getByText('候选人')).not.toHaveCount(0)
    await expect(page.getByRole('main')).not.toContainText(candidate)
    await report.check(page, 'the replay beside the form', ['desktop', 'phone', 'wecom'])
    await checkWidths(page, 'rating')
    for (const group of await page.getByRole('radiogroup').all()) await group.getByRole('radio').nth(2).check({ force: true })
    await page.getByRole('button', { name: '提交评价' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '提交评价' }).click()
    await expect(page.getByRole('table', { name: '各人评分' })).toContainText('陈默')
    await report.check(page, 'the comparison', ['desktop', 'phone', 'wecom'])
    await checkWidths(page, 'result')
    await openPage(page, '/calibration')
    await expect(page.getByText('样本不足（n=0，需 3 次）')).toBeVisible()
  })

  await test.step('the recruiter sees the figures', async () => {
    await openPage(desk, '/calibration')
    await expect(desk.getByRole('table', { name: '校准练习' })).toContainText(TITLE)
    await report.check(desk, 'the figures of calibration', ['desktop', 'phone'])
    await checkWidths(desk, 'figures')
  })
  expect(report.faults).toEqual([])
})
