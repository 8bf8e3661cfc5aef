// A recruiter makes a scorecard template with all kinds of criteria and chooses it for a round; the interviewer fills it out
// on a phone, and the summary shows it. The debrief compares it with a round of another template, on the screen and on paper.

import type { Page } from '@playwright/test'
import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { openMembers } from './room'

const DAY = 103 // from today, when no interview of other tests is
const ROUND = 5 // of no other test
const CANDIDATE = '温知远' // of no other test

test('a template of all kinds of criteria', async ({ browser, demo }) => {
  const { recruiter, interviewer, desk } = await openMembers(browser, demo)
  const report = new AccessibilityReport()
  const editor = desk.getByRole('dialog')
  let id = ''
  let candidate = ''

  await test.step('the recruiter makes a template', async () => {
    await openPage(desk, '/settings/scorecards')
    await checkWidths(desk, 'list', () => expect(desk.getByText('技术面试')).toBeVisible())
    await desk.getByRole('button', { name: '新建评价表' }).click()
    await editor.getByLabel('名称', { exact: true }).fill('系统设计')
    await fillCriterion(desk, 1, '架构深度', '打分')
    await editor.getByLabel('分制').selectOption('5')
    await editor.getByText('各分值的含义').click()
    await editor.getByLabel('5 分').fill('能独立设计大型系统')
    await editor.getByRole('button', { name: '添加评价项' }).click()
    await fillCriterion(desk, 2, '职级建议', '单选')
    await editor.getByLabel('选项 1').fill('高级')
    await editor.getByLabel('选项 2').fill('资深')
    await editor.getByRole('button', { name: '添加评价项' }).click()
    await fillCriterion(desk, 3, '主要风险', '文字')
    await editor.getByRole('button', { name: '上移：主要风险' }).press('Enter')
    await expect(editor.getByRole('group', { name: '主要风险' }).getByText('评价项 2')).toBeVisible()
    await editor.getByText('预览面试官看到的内容').click()
    await expect(editor.getByRole('radio', { name: '5 能独立设计大型系统' })).toBeVisible()
    await report.check(desk, 'editor of a template', ['desktop', 'phone'])
    await checkWidths(desk, 'editor')
    await editor.getByRole('button', { name: '保存' }).click()
    await expect(desk.getByRole('row', { name: /系统设计/ })).toBeVisible()
  })

  await test.step('a change is a version with its difference', async () => {
    await desk.getByRole('button', { name: '编辑：系统设计' }).click()
    await editor.getByRole('group', { name: '架构深度' }).getByLabel('权重').fill('3')
    await editor.getByRole('button', { name: '保存' }).click()
    await expect(editor).toBeHidden()
    await desk.getByRole('button', { name: '历史版本：系统设计' }).click()
    await editor.getByText(/^第 2 版，林悦于/).click()
    await expect(editor.locator('ins')).toHaveText(/权重 3/)
    await expect(editor.locator('del')).toHaveText(/权重 1/)
    await checkWidths(desk, 'versions')
  })

  await test.step('the recruiter chooses it for a round of a position', async () => {
    await openPage(desk, '/positions')
    await desk.getByRole('row').nth(1).getByRole('button', { name: '编辑', exact: true }).click()
    await editor.getByText('各轮的评价表').click()
    await editor.getByLabel('第 5 轮').selectOption({ label: '系统设计' })
    await report.check(desk, 'templates of a position', ['phone'])
    await checkWidths(desk, 'position', () => editor.getByLabel('第 5 轮').scrollIntoViewIfNeeded())
    await editor.getByRole('button', { name: '保存' }).click()
    await expect(editor).toBeHidden()
  })

  await test.step('the interviewer of the round fills it out', async () => {
    candidate = await createCandidate(desk)
    id = await scheduleRound(desk, candidate, ROUND)
    const page = await interviewer.openApp()
    await openPage(page, `/interviews/${id}/scorecard`)
    await page.getByRole('radio', { name: '5 能独立设计大型系统' }).check({ force: true })
    await page.getByRole('textbox', { name: '主要风险', exact: true }).fill('大规模经验不多')
    await page.getByRole('radio', { name: '资深' }).check()
    await page.getByRole('radio', { name: '推荐', exact: true }).check({ force: true })
    await report.check(page, 'scorecard of all kinds', ['phone', 'desktop'])
    await checkWidths(page, 'scorecard')
    await page.getByRole('button', { name: '提交评价' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '提交评价' }).click()
    await expect(page.getByText('评价已提交').first()).toBeVisible()
    await submitDefault(page, await scheduleRound(desk, candidate, 1))
  })

  await test.step('the recruiter reads the summary', async () => {
    await openPage(desk, `/interviews/${id}`)
    await expect(desk.getByRole('row', { name: /架构深度/ })).toContainText('能独立设计大型系统')
    await expect(desk.getByRole('row', { name: /职级建议/ })).toContainText('资深 × 1')
    await expect(desk.getByRole('row', { name: /主要风险/ })).toContainText('大规模经验不多')
    await report.check(desk, 'summary of all kinds', ['desktop'])
    await checkWidths(desk, 'summary')
  })

  await test.step('the debrief has both rounds side by side', async () => {
    await desk.getByRole('link', { name: '各轮评价' }).click()
    const comparison = desk.getByRole('region', { name: '评分对比' })
    await expect(desk.getByRole('heading', { name: `${CANDIDATE}的各轮评价` })).toBeVisible()
    await expect(comparison.getByRole('row', { name: /架构深度/ })).toContainText('5 / 5')
    await expect(comparison.getByRole('row', { name: /架构深度/ })).toContainText('权重 3')
    await expect(comparison.getByRole('row', { name: /架构深度/ })).toContainText('评价表无此项')
    await expect(comparison.getByRole('row', { name: /编码能力/ })).toContainText('3 / 4')
    await expect(comparison.getByRole('row', { name: /职级建议/ })).toContainText('资深')
    await report.check(desk, 'debrief', ['desktop', 'phone'])
    await checkWidths(desk, 'debrief')
    const [file] = await Promise.all([desk.waitForEvent('download'), desk.getByRole('link', { name: '导出 Excel' }).click()])
    expect(file.suggestedFilename()).toMatch(/^debrief-.*\.xlsx$/)
    await desk.emulateMedia({ media: 'print' })
    await expect(desk.getByText(/ · 打印于 /)).toBeVisible()
    await expect(desk.getByRole('link', { name: '导出 Excel' })).toBeHidden()
    await expect(desk.getByRole('navigation')).toHaveCount(0)
    await checkWidths(desk, 'print')
    if (process.env.HUIMIAN_SCREENSHOTS === '1') await desk.pdf({ path: test.info().outputPath('debrief.pdf'), preferCSSPageSize: true })
    await desk.emulateMedia({ media: null })
  })

  expect(report.faults).toEqual([])
  await Promise.all([recruiter.close(), interviewer.close()])
})

/** Fills in name and kind of the criterion in a place of the list. */
async function fillCriterion(page: Page, number: number, title: string, kind: string): Promise<void> {
  const criterion = page.getByRole('dialog').getByRole('listitem').nth(number - 1)
  await criterion.getByLabel('评价项名称').fill(title)
  await criterion.getByLabel('类型').selectOption({ label: kind })
}

/** Creates the candidate of this test; returns the id. */
async function createCandidate(page: Page): Promise<string> {
  return page.evaluate(async (name) => {
    const response = await fetch('/api/candidates', { method: 'POST', body: JSON.stringify({ name, email: 'wen.zhiyuan@example.com' }), headers: { 'Content-Type': 'application/json' } })
    return ((await response.json()) as { id: string }).id
  }, CANDIDATE)
}

/** Submits the interviewer's scorecard of the default template: 3 of 4 for every criterion. */
async function submitDefault(page: Page, id: string): Promise<void> {
  await page.evaluate(async (path) => {
    const request = async (method: string, url: string, body?: object) => {
      const response = await fetch(url, { method, body: body ? JSON.stringify(body) : null, headers: body ? { 'Content-Type': 'application/json' } : {} })
      if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
      return (await response.json()) as { version: number; criteria: { key: string }[] }
    }
    const { criteria } = await request('GET', path)
    const { version } = await request('PUT', path, { version: 0, recommendation: 'no', comment: '基础扎实，表达还可以更清楚。', scores: criteria.map(({ key }) => ({ key, score: 3, comment: '按时完成，边界情况需要提示' })) })
    await request('POST', `${path}/submit`, { version })
  }, `/api/interviews/${id}/scorecard`)
}

/** Schedules an interview of the round for the first position, starts and ends it; returns its id. */
async function scheduleRound(page: Page, candidateId: string, ofRound: number): Promise<string> {
  return page.evaluate(async ({ candidateId: candidate, round, day }) => {
    const request = async (method: string, path: string, body?: object) => {
      const response = await fetch(path, { method, body: body ? JSON.stringify(body) : null, headers: body ? { 'Content-Type': 'application/json' } : {} })
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as { id: string; items: { id: string }[] }
    }
    const positions = await request('GET', '/api/positions')
    const { id } = await request('POST', '/api/interviews', {
      title: round === 1 ? '后端工程师 · 一面' : '后端工程师 · 五面', positionId: positions.items[0]?.id, candidateId: candidate, round, startsAt: new Date(Date.now() + (day + round / 10) * 86_400_000).toISOString(),
      durationMinutes: 60, timeZone: 'Asia/Shanghai', interviewers: ['ZhouHang'], room: { kind: 'builtin' }, questionIds: [], note: '', overrideWarnings: true,
    })
    for (const step of ['start', 'end']) await request('POST', `/api/interviews/${id}/${step}`)
    return id
  }, { candidateId, round: ofRound, day: DAY })
}
