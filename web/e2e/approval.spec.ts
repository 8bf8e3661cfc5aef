// An administrator chooses the approval template in WeCom and tests it; a recruiter submits a decision to hire with its mail, which waits for
// the approval; the approver rejects it, and agrees to the second request.

import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { scheduleInterview } from './schedule'
import { Member } from './wecom'

const DAYS_AHEAD = 141

test('the approval of a decision', async ({ browser, demo, request }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await recruiter.openApp()
  const report = new AccessibilityReport()
  const card = page.getByRole('region', { name: '面试结论' })
  const decisions = page.getByRole('radiogroup', { name: '面试结论' })
  const settings = page.getByRole('region', { name: '录用审批' })

  const decide = async (interview: string, agree: boolean, speech: string) => {
    const { items } = await page.evaluate(async (path) => (await fetch(path)).json() as Promise<{ items: { number: string }[] }>, `/api/interviews/${interview}/approval`)
    const answer = await request.post(`${demo.wecom}/sim/approvals/decide`, { data: { corpId: 'ww5f1a2b3c4d5e6f70', as: 'HeJing', number: items[0]?.number, agree, speech } })
    expect(answer.ok()).toBe(true)
  }

  await test.step('the settings: template, values, test', async () => {
    await openPage(page, '/settings/approval')
    await page.getByText('启用录用审批').click()
    await page.getByText('审批通过后才发送结果邮件').click()
    await page.getByLabel('审批模板 ID').fill('HuimianDemoOffer')
    await page.getByRole('button', { name: '读取模板' }).click()
    await expect(page.getByLabel('候选人（必填）')).toHaveValue('candidate')
    await expect(page.getByLabel('面试链接（必填）')).toHaveValue('link')
    await page.getByLabel('招聘类型').selectOption({ label: '社会招聘' })
    await settings.getByRole('button', { name: '保存' }).click()
    await expect(page.getByText('设置已保存')).toBeVisible()
    await page.getByRole('button', { name: '开始测试' }).click()
    await expect(page.getByRole('list', { name: '测试结果' }).getByText('正常')).toHaveCount(3)
    await report.check(page, 'the settings of approvals', ['desktop', 'phone'])
    await checkWidths(page, 'approval-settings')
  })

  const { id } = await scheduleInterview(page, { minutes: DAYS_AHEAD * 24 * 60, newCandidate: { name: '顾言川', email: 'gu.yanchuan@example.com' } })
  await test.step('a decision is submitted, and rejected', async () => {
    await page.evaluate(async (path) => {
      for (const step of ['start', 'end']) await fetch(`${path}/${step}`, { method: 'POST' })
    }, `/api/interviews/${id}`)
    await openPage(page, `/interviews/${id}`)
    await decisions.getByText('录用', { exact: true }).click()
    await page.getByText('提交录用审批').click()
    await page.getByRole('button', { name: '保存结论' }).click()
    await expect(card.getByText('审批中')).toBeVisible({ timeout: 15_000 })
    await expect(card.getByText('审批通过后才会给候选人发送结果邮件。')).toBeVisible()
    await decide(id, false, '编制已满，请下季度再议')
    await expect(card.getByText('已驳回')).toBeVisible({ timeout: 30_000 })
    await expect(card.getByText('编制已满，请下季度再议')).toBeVisible()
  })

  await test.step('the second request is approved', async () => {
    await card.getByRole('button', { name: '重新提交审批' }).press('Enter')
    await expect(card.getByText('审批中')).toBeVisible({ timeout: 15_000 })
    await decide(id, true, '同意')
    await expect(card.getByText('已通过')).toBeVisible({ timeout: 30_000 })
    await page.getByRole('button', { name: '修改结论' }).click()
    await decisions.getByText('不录用', { exact: true }).click()
    await expect(page.getByText('修改结论不会撤回企业微信中的审批单')).toBeVisible()
    await page.getByRole('button', { name: '保存结论' }).click()
    await page.getByText('以前的审批（2）').click()
    await expect(card.getByText(/仍在企业微信中。请林悦在企业微信“审批”中撤销/)).toBeVisible()
    await report.check(page, 'an approval of an earlier decision', ['desktop', 'phone'])
    await checkWidths(page, 'approval-superseded', () => card.scrollIntoViewIfNeeded())
  })

  await test.step('approvals are turned off again', async () => {
    await openPage(page, '/settings/approval')
    await page.getByText('启用录用审批').click()
    await settings.getByRole('button', { name: '保存' }).click()
    await expect(page.getByText('设置已保存')).toBeVisible()
  })
  expect(report.faults).toEqual([])
  await recruiter.close()
})
