// The work list of the overview: a declined interviewer is replaced, the next round is scheduled from a decision.

import { expect, test } from './demo'
import { findCutTexts, WECOM_WIDTH } from './layout'
import { chooseOption } from './showmebug'
import { scheduleInterview } from './schedule'
import { Member } from './wecom'

test('the recruiter works through the overview', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const interviewer = await Member.open(browser, demo, 'ZhouHang', '周航')
  const desk = await recruiter.openApp()
  const worklist = (reason: string) => desk.getByRole('region', { name: '待处理' }).getByRole('region', { name: reason })
  const interview = { ...(await scheduleInterview(desk, { minutes: 25 * 24 * 60 })), title: '后端工程师 · 一面' }

  await test.step('no width of the window cuts the titles', async () => {
    const size = desk.viewportSize()
    const titles = desk.locator('.hm-interview-row__title')
    for (const path of ['', '/interviews']) {
      await desk.goto(`${demo.product}${path}`)
      for (const width of [1440, 1200, WECOM_WIDTH, 961, 840, 768, 390]) {
        await desk.setViewportSize({ width, height: 844 })
        await expect(titles.first()).toBeVisible()
        expect(await findCutTexts(titles), `${path} at ${width} px`).toEqual([])
      }
    }
    if (size) await desk.setViewportSize(size)
  })

  await test.step('a declined interview is work, until the interviewer is replaced', async () => {
    const room = await interviewer.openApp()
    await room.evaluate(async (id) => {
      const body = JSON.stringify({ response: 'declined', reason: '临时出差' })
      await fetch(`/api/interviews/${id}/response`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
    }, interview.id)
    await desk.goto(demo.product)
    const row = worklist('面试官无法参加').getByRole('listitem').filter({ has: desk.locator(`a[href="/interviews/${interview.id}"]`) })
    await expect(row).toContainText('周航无法参加：临时出差')
    await row.getByRole('link', { name: '更换面试官' }).click()
    await desk.getByRole('button', { name: /移除 ?周航/ }).click()
    await chooseOption(desk, '面试官', '陈默', /陈默/)
    await desk.getByRole('button', { name: '保存修改' }).click()
    await expect(desk.getByRole('heading', { level: 1, name: interview.title })).toBeVisible()
    await desk.goto(demo.product)
    await expect(desk.getByRole('region', { name: '等待面试官回复' }).getByRole('listitem').filter({ hasText: '未回复：陈默' }).first()).toBeVisible()
    await expect(row).toHaveCount(0)
  })

  await test.step('the decision for another round leads to the form with the next round', async () => {
    await worklist('待做出结论').getByRole('link', { name: '填写结论' }).first().click()
    await desk.getByRole('region', { name: '结论' }).getByText('进入下一轮').click()
    await desk.getByRole('button', { name: '保存结论' }).click()
    const title = await desk.getByRole('heading', { level: 1 }).innerText() // 候选人 · 职位 · 第 2 轮
    await desk.getByRole('link', { name: '安排下一轮' }).click()
    await expect(desk.getByRole('combobox', { name: '候选人' })).toHaveValue(title.split(' · ')[0] ?? '')
    await expect(desk.getByRole('combobox', { name: '轮次' })).toHaveValue('3')
    await desk.goto(demo.product)
    await expect(worklist('待做出结论')).toHaveCount(0)
  })
})
