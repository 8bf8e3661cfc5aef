// An interview in a ShowMeBug room, from connecting the team to the scorecard; behaviour when
// ShowMeBug is unavailable, cannot reach a member or has no quota left; and a written test.

import { expect, test } from './demo'
import { enterAsCandidate } from './room'
import { chooseOption, connectTeam, fillInterviewForm, InterviewPad, interviewFacts, scheduleAtShowMeBug, ShowMeBugSimulator, team } from './showmebug'
import { Member } from './wecom'

test('an interview at ShowMeBug', async ({ browser, demo }) => {
  const administrator = await Member.open(browser, demo, 'LinYue', '林悦')
  const interviewer = await Member.open(browser, demo, 'ZhouHang', '周航')
  const desk = await administrator.openApp()

  await test.step('the administrator connects the team, with the wrong secret first', async () => {
    await desk.goto(`${demo.product}/interviews/new`)
    await expect(desk.getByRole('radio', { name: 'ShowMeBug' })).toBeDisabled()
    await desk.getByRole('link', { name: '设置' }).click()
    await desk.getByRole('link', { name: '面试间' }).click()
    await desk.getByLabel('应用 Key').fill(team.key)
    await desk.getByLabel('应用 Secret').fill('wrong')
    await desk.getByRole('button', { name: '测试并连接' }).click()
    await expect(desk.getByRole('alert').first()).toBeVisible()
    await expect(desk.getByText('未连接', { exact: true })).toBeVisible()
    await connectTeam(desk, demo)
    await expect(desk.getByText(/^\d+ 场$/)).toBeVisible()
    await expect(desk.getByText(team.secret)).toHaveCount(0)
  })

  const link = await test.step('the administrator schedules an interview at ShowMeBug', async () => {
    await scheduleAtShowMeBug(desk, demo.product, { candidate: '孟凡', interviewers: ['周航'] })
    await expect(interviewFacts(desk)).toContainText('已就绪')
    return desk.getByRole('textbox', { name: '链接地址' }).inputValue()
  })

  const pad = await test.step('the interviewer enters by a personal link', async () => {
    await interviewer.openChat()
    const page = await interviewer.openLink(interviewer.findCard(/面试邀请/, '孟凡').getByRole('link').first())
    await page.getByRole('button', { name: '接受' }).click()
    await page.goto(desk.url().replace('/interviews/', '/go/interviews/'))
    await expect(page).toHaveURL(new RegExp(`^${demo.showmebug}/pads/`))
    await expect(page.getByText('您是面试官 周航')).toBeVisible()
    return new InterviewPad(page)
  })

  const guest = await (await browser.newContext()).newPage()
  await test.step('the candidate enters by the candidate link', async () => {
    await guest.goto(link)
    await guest.getByRole('button', { name: '打开面试地址' }).click()
    await expect(guest).toHaveURL(new RegExp(`^${demo.showmebug}/pads/`))
    await expect(guest.getByText('面试官还没有开始面试，请稍候。')).toBeVisible()
    await expect(pad.page.getByText('候选人在线')).toBeVisible()
  })

  const bare = await browser.newContext() // no cookies, like a frame in another site
  await test.step('embedded pages load in frames without a session', async () => {
    const frames = new InterviewPad(await bare.newPage())
    await frames.page.goto(pad.page.url())
    const resume = await frames.openFrame('简历')
    await expect(resume.getByRole('heading', { name: '孟凡' })).toBeVisible()
    const evaluation = await frames.openFrame('评价表')
    await expect(evaluation.getByText('面试开始后可以在这里填写评价。')).toBeVisible()
    await pad.startInterview()
    await desk.getByRole('button', { name: '开始面试' }).click()
    await evaluation.getByRole('textbox', { name: '总评' }).fill('在 ShowMeBug 里写下的评语。')
    await expect(evaluation.getByText(/已自动保存|草稿保存于/)).toBeVisible()
    await expect(evaluation.getByRole('button', { name: '提交评价' })).toHaveCount(0)
    await expect(evaluation.getByRole('link', { name: '登录后提交' })).toHaveAttribute('href', new RegExp(`^${demo.product}/interviews/[^/]+/scorecard$`))
  })

  await test.step('end and rating are reported back', async () => {
    await pad.endInterview(4, '整体不错')
    await expect(pad.page).toHaveURL(desk.url()) // ShowMeBug sends interviewers back
    await expect(desk.getByText('已结束', { exact: true })).toBeVisible()
    await expect(guest.getByText('面试已结束，感谢您的参与。')).toBeVisible()
    await expect(interviewer.findCard(/请填写面试评价/, '孟凡')).toBeVisible()
  })

  await test.step('the interviewer completes and submits the scorecard', async () => {
    const page = await interviewer.openLink(interviewer.findCard(/请填写面试评价/, '孟凡').getByRole('link').first())
    await expect(page.getByRole('textbox', { name: '总评' })).toHaveValue('在 ShowMeBug 里写下的评语。')
    for (const group of await page.getByRole('radiogroup').all()) await group.locator('label').nth(2).click()
    await page.getByRole('button', { name: '提交评价' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '提交评价' }).click()
    await expect(page.getByText('已提交').first()).toBeVisible()
  })

  await test.step('the organiser sees scorecard and report', async () => {
    await desk.reload()
    await expect(desk.getByText('在 ShowMeBug 里写下的评语。')).toBeVisible()
    const report = desk.getByRole('region', { name: 'ShowMeBug 结果' })
    await expect(report.getByText('4', { exact: true }).first()).toBeVisible()
  })
  await Promise.all([administrator.close(), interviewer.close(), guest.context().close(), bare.close()])
})

test('ShowMeBug is unavailable when an interview is scheduled', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await recruiter.openApp()
  const showmebug = new ShowMeBugSimulator(demo)
  await connectTeam(page, demo)

  await test.step('the interview is scheduled, and the room is created later', async () => {
    await showmebug.failAllCalls()
    await scheduleAtShowMeBug(page, demo.product, { candidate: '钱多多', interviewers: ['周航', '孙薇'] })
    await expect(page.getByRole('button', { name: '立即重试' })).toBeVisible()
    await expect(interviewFacts(page)).toContainText(/创建中|创建失败/)
    await expect(page.getByRole('link', { name: '进入面试间' })).toHaveCount(0)
    await showmebug.removeFaults()
    await expect(async () => {
      await page.goto(page.url()) // an automatic retry may have created the room and removed the button
      const retry = page.getByRole('button', { name: '立即重试' })
      await expect(retry.or(interviewFacts(page).getByText('已就绪'))).toBeVisible()
      if (await retry.isVisible()) await retry.click({ timeout: 2000 })
      await expect(interviewFacts(page)).toContainText('已就绪', { timeout: 8000 })
    }).toPass({ timeout: 180_000 })
    await expect(page.getByRole('link', { name: '进入面试间' })).toBeVisible()
  })

  await test.step('the recruiter switches to the built-in room, and links lead there', async () => {
    await showmebug.exhaustQuota()
    await scheduleAtShowMeBug(page, demo.product, { candidate: '王子墨', interviewers: ['孙薇'] })
    const link = await page.getByRole('textbox', { name: '链接地址' }).inputValue()
    await page.getByRole('button', { name: '改用会面面试间' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '改用会面面试间' }).click()
    await expect(interviewFacts(page)).toContainText('会面面试间')
    await showmebug.removeFaults()
    const guest = await (await browser.newContext()).newPage()
    await guest.goto(link)
    await enterAsCandidate(guest)
    await expect(guest).toHaveURL(/\/room\//)
    await guest.context().close()
    await page.goto(page.url().replace('/interviews/', '/go/interviews/'))
    await expect(page).toHaveURL(/\/room\//)
  })
  await recruiter.close()
})

test('six interviewers, one of whom ShowMeBug cannot reach', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await recruiter.openApp()
  await connectTeam(page, demo)

  await test.step('the sixth interviewer is refused at the field', async () => {
    await fillInterviewForm(page, demo.product, { candidate: '周雨桐', interviewers: ['陈默', '周航', '孙薇', '刘洋', '吴昊', '高飞'] })
    await page.getByRole('button', { name: '安排面试' }).click()
    await expect(page.getByRole('combobox', { name: '面试官' })).toHaveAttribute('aria-invalid', 'true')
    for (const name of ['陈默', '周航', '孙薇', '刘洋']) await page.getByRole('button', { name: `移除${name}` }).click()
    await page.getByRole('button', { name: '安排面试' }).click()
  })

  await test.step('the missing contact is added in the settings, and the room is created', async () => {
    await expect(page.getByRole('button', { name: '立即重试' })).toBeVisible()
    const interview = page.url()
    await page.goto(`${demo.product}/settings/rooms`)
    const members = page.getByRole('table', { name: '成员对应' })
    await members.getByRole('textbox', { name: '高飞的邮箱' }).fill('gaofei@example.com')
    await members.getByRole('button', { name: '保存' }).click()
    await expect(members.getByRole('row').filter({ hasText: '高飞' })).toContainText('已对应')
    await page.goto(interview)
    await expect(interviewFacts(page)).toContainText('已就绪')
  })
  await recruiter.close()
})

test('a written test', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await recruiter.openApp()
  await connectTeam(page, demo)
  await page.goto(`${demo.product}/candidates`)
  await page.getByRole('row').filter({ hasText: '李思涵' }).getByRole('button', { name: '笔试' }).click()
  const drawer = page.getByRole('dialog', { name: '李思涵的笔试' })
  await chooseOption(page, '试卷', 'Go', /Go 后端笔试/)
  await drawer.getByText('复制链接', { exact: true }).click()
  await drawer.getByRole('button', { name: '生成链接' }).click()
  const address = drawer.getByText(new RegExp(`^${demo.showmebug}/`)).first()
  await expect(address).toBeVisible()

  const guest = await (await browser.newContext()).newPage()
  guest.on('dialog', (dialog) => void dialog.accept())
  await guest.goto(await address.innerText())
  await guest.getByRole('button', { name: '开始作答' }).click()
  await guest.getByRole('button', { name: '交卷' }).click()
  await expect(guest.getByText(/得分/)).toBeVisible()

  await expect(drawer.getByText('已完成')).toBeVisible()
  await expect(drawer.getByText(/^\d+ \/ \d+ 分$/)).toBeVisible()

  await test.step('no written tests without a connected team', async () => {
    await page.goto(`${demo.product}/settings/rooms`)
    await page.getByRole('button', { name: '断开连接' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '断开连接' }).click()
    await expect(page.getByText('未连接', { exact: true })).toBeVisible()
    await page.goto(`${demo.product}/candidates`)
    await expect(page.getByRole('row').filter({ hasText: '李思涵' })).toBeVisible()
    await expect(page.getByRole('button', { name: '笔试' })).toHaveCount(0)
  })
  await Promise.all([recruiter.close(), guest.context().close()])
})
