// The main workflow, end to end: a recruiter schedules from WeCom, an interviewer
// responds in the chat, a candidate enters by a personal link, all three are in the room, and the
// interview is evaluated.

import type { Page } from '@playwright/test'
import { expect, test } from './demo'
import { enterAsCandidate, Room } from './room'
import { Member } from './wecom'

const position = '分布式存储工程师'
const candidate = '周以宁'
const interviewTitle = /周以宁/
const invitation = /面试邀请/
const secret = '这一句只给面试官看'
const answer = '# 用哈希表和双向链表'

test('interview from scheduling to evaluation', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const interviewer = await Member.open(browser, demo, 'ZhouHang', '周航')
  let link = ''
  let day = ''

  const desk = await test.step('the recruiter is signed in from the workbench', async () => {
    const page = await recruiter.openApp()
    await expect(page.getByRole('heading', { name: '林悦，您好' })).toBeVisible()
    return page
  })

  await test.step('the recruiter schedules an interview', async () => {
    await desk.getByRole('link', { name: '面试', exact: true }).click()
    await desk.getByRole('link', { name: '安排面试' }).first().click()
    await expect(desk.getByRole('combobox', { name: '候选人' })).toBeVisible() // the list has a 职位 filter too
    await createPosition(desk)
    await createCandidate(desk)
    await chooseOption(desk, '面试官', '周航', '周航')
    await chooseOption(desk, '题目', 'LRU', /LRU/)
    day = await fillStartTime(desk)
    await desk.getByRole('button', { name: '安排面试' }).click()
    await expect(desk.getByRole('status').filter({ hasText: '面试已安排' })).toBeAttached()
    link = await readCandidateLink(desk, demo.product)
  })

  await test.step('the interview is in the list, day and week views', async () => {
    const tab = await recruiter.openApp()
    await tab.goto(`${demo.product}/interviews?day=${day}`) // the explicit day matters when the test runs past midnight
    for (const view of ['列表', '日', '周']) {
      await tab.getByRole('radiogroup', { name: '视图' }).getByText(view, { exact: true }).click()
      await expect(tab.getByRole('link', { name: interviewTitle }).first()).toBeVisible()
    }
    await tab.close()
  })

  await test.step('the interviewer declines, and the recruiter is notified', async () => {
    await interviewer.openChat()
    const card = interviewer.findCard(invitation, candidate)
    await expect(card).toContainText(candidate)
    await card.getByRole('button', { name: '无法参加' }).click()
    await expect(interviewer.findCard(invitation, candidate).getByRole('button', { name: '已回复无法参加' })).toBeVisible()
    await expect(desk.getByText('无法参加', { exact: true })).toBeVisible()
    await recruiter.openChat()
    await expect(recruiter.findCard(/周航无法参加面试/, candidate)).toBeVisible()
  })

  await test.step('the interviewer then accepts', async () => {
    const page = await interviewer.openLink(interviewer.findCard(invitation, candidate).getByRole('link').first())
    await page.getByRole('button', { name: '接受' }).click()
    await expect(desk.getByText('已接受')).toBeVisible()
    await page.close()
  })

  const guest = await (await browser.newContext()).newPage()
  const rooms = await test.step('the candidate waits in the lobby and is admitted', async () => {
    const theirs = new Room(guest).recordFrames()
    await guest.goto(link)
    await expect(guest.getByText(`${candidate}，您好`)).toBeVisible()
    await enterAsCandidate(guest)
    await expect(guest.getByRole('heading', { name: '请稍候，面试官会让您进入' })).toBeVisible()

    await expect(interviewer.findCard(/已在等候室/, candidate)).toBeVisible()
    const ours = new Room(await interviewer.openLink(interviewer.findCard(/已在等候室/, candidate).getByRole('link').first()))
    if (!/\/room\//.test(ours.page.url())) await ours.page.getByRole('link', { name: '进入面试间' }).click()
    await expect(ours.page.getByText(`${candidate}正在等待进入`)).toBeVisible()
    await desk.getByRole('link', { name: '进入面试间' }).click()
    const watching = new Room(desk)
    await ours.page.getByRole('button', { name: '允许进入' }).first().click()
    for (const room of [ours, theirs, watching]) await room.waitUntilConnected()
    return { ours, theirs, watching, all: [ours, theirs, watching] }
  })

  await test.step('all three edit one document, two of them concurrently', async () => {
    const { ours, theirs, all } = rooms
    await ours.replaceCode('\n\n\n')
    await expect.poll(() => theirs.codeText()).toBe('\n\n\n')
    await ours.page.keyboard.press('ControlOrMeta+Home')
    await theirs.code.click()
    await theirs.page.keyboard.press('ControlOrMeta+End')
    await Promise.all([
      ours.page.keyboard.type('# the interviewer types here', { delay: 15 }),
      theirs.page.keyboard.type('# 候选人 types 在这里', { delay: 15 }),
    ])
    for (const room of all) await expect.poll(() => room.codeText()).toBe('# the interviewer types here\n\n\n# 候选人 types 在这里')
    await expect(ours.code.locator(`[data-name="${candidate}"]`)).toBeAttached() // the name at the cursor, which is not part of the line's text
  })

  await test.step('text typed without a network survives the end of the page', async () => {
    const { theirs, all } = rooms
    const second = new Room(await guest.context().newPage())
    await second.page.goto(guest.url())
    await second.waitUntilConnected()
    await guest.context().setOffline(true)
    await second.code.click()
    await second.page.keyboard.press('ControlOrMeta+End')
    await second.page.keyboard.insertText(' # typed offline')
    await expect.poll(() => second.storedDrafts()).toContain('# typed offline')
    await second.page.close() // without events for the page, as when a web view is stopped
    await guest.context().setOffline(false)

    const third = new Room(await guest.context().newPage())
    await third.page.goto(guest.url())
    await expect.poll(() => third.codeText()).toContain('# typed offline')
    for (const room of all) await expect.poll(() => room.codeText()).toContain('# typed offline')
    await expect.poll(() => third.storedDrafts()).not.toContain('# typed offline')
    await third.page.close()
    await theirs.waitUntilConnected()
  })

  await test.step('the link in another browser waits for an admission of its own', async () => {
    const { ours, theirs } = rooms
    const other = await (await browser.newContext()).newPage()
    await other.goto(link)
    await other.getByRole('button', { name: '进入面试' }).click()
    await expect(other.getByRole('heading', { name: '请稍候，面试官会让您进入' })).toBeVisible()
    await expect(ours.page.getByText(`${candidate}正在另一台设备或浏览器上等待进入`)).toBeVisible()
    await ours.page.getByRole('button', { name: '拒绝进入' }).first().click()
    await ours.page.getByRole('dialog').getByRole('button', { name: '拒绝进入' }).click()
    await expect(other.getByRole('heading', { name: '面试官暂未允许您进入' })).toBeVisible()
    await other.context().close()
    await theirs.waitUntilConnected()
  })

  await test.step('programs run in three languages with output for all', async () => {
    const { ours, theirs, all } = rooms
    const programs = [
      { language: /^Python/, program: 'print("total", sum(range(10)))', prints: 'total 45' },
      { language: /^JavaScript/, program: 'console.log("total", [1, 2, 3].reduce((a, b) => a + b))', prints: 'total 6' },
      { language: /^Bash/, program: 'echo "total $((6 * 7))"', prints: 'total 42' },
    ]
    for (const [index, { language, program, prints }] of programs.entries()) {
      const who = index % 2 === 0 ? theirs : ours
      await who.chooseLanguage(language)
      await who.replaceCode(program)
      for (const room of all) await expect.poll(() => room.codeText()).toBe(program)
      await who.runCode()
      for (const room of all) {
        await expect(room.lastRun()).toContainText(prints)
        await expect(room.lastRun()).toContainText('成功')
      }
    }
  })

  await test.step('an endless program is stopped', async () => {
    await rooms.ours.chooseLanguage(/^Python/)
    await rooms.ours.replaceCode('while True: pass')
    await rooms.ours.runCode()
    await expect(rooms.theirs.lastRun()).toContainText('运行中')
    await rooms.ours.page.getByRole('button', { name: '停止' }).click()
    for (const room of rooms.all) await expect(room.lastRun()).toContainText('已停止')
  })

  await test.step('problem and chat for all, notes for staff only', async () => {
    const { ours, theirs, watching } = rooms
    const problems = ours.page.getByRole('combobox', { name: '题目' })
    await problems.selectOption({ index: 1 })
    await expect(ours.page.getByText('预览：候选人还看不到这道题')).toBeVisible()
    await expect(theirs.page.getByRole('heading', { name: /LRU/ })).toHaveCount(0)
    await ours.page.getByRole('button', { name: '展示给候选人' }).click()
    await expect(theirs.page.getByRole('heading', { name: /LRU/ })).toBeVisible()
    for (const room of rooms.all) await expect.poll(() => room.codeText()).toContain('class LRUCache') // an answer of its own, with the starter code
    await theirs.replaceCode(answer)
    await problems.selectOption({ index: 0 })
    await ours.page.getByRole('button', { name: '收起题目' }).click()
    for (const room of rooms.all) await expect.poll(() => room.codeText()).toBe('while True: pass')
    await problems.selectOption({ index: 1 })
    await ours.page.getByRole('button', { name: '展示给候选人' }).click()
    for (const room of rooms.all) await expect.poll(() => room.codeText()).toBe(answer)

    await theirs.sendChat('题目看到了')
    await expect(ours.page.getByRole('log', { name: '聊天' })).toContainText('题目看到了')

    await ours.openPane('笔记')
    await ours.page.getByRole('textbox', { name: '私密笔记' }).click()
    await ours.page.keyboard.insertText(secret)
    await watching.openPane('笔记')
    await expect(watching.page.getByRole('textbox', { name: '私密笔记' })).toContainText(secret)
    await expect(theirs.page.getByRole('tab', { name: '笔记' })).toHaveCount(0)
    expect(theirs.received.length).toBeGreaterThan(10)
    expect(theirs.received.filter((frame) => frame.includes(secret))).toEqual([])
  })

  await test.step('the interviewer ends the interview', async () => {
    const { ours, theirs } = rooms
    await ours.page.getByRole('button', { name: '结束面试' }).click()
    await ours.page.getByRole('dialog').getByRole('button', { name: '结束面试' }).click()
    await expect(theirs.page.getByText('面试已结束，感谢您的参加')).toBeVisible()
    await expect(ours.page.getByText('面试已结束，面试间变为只读。')).toBeVisible()
  })

  await test.step('the interviewer fills the scorecard on a phone', async () => {
    await expect(interviewer.findCard(/请填写面试评价/, candidate)).toBeVisible()
    const page = await interviewer.openLink(interviewer.findCard(/请填写面试评价/, candidate).getByRole('link').first())
    await page.setViewportSize({ width: 390, height: 844 })
    await expect(page.getByRole('radiogroup', { name: '是否推荐' })).toBeVisible()
    for (const group of await page.getByRole('radiogroup').all()) await group.getByRole('radio').nth(2).check({ force: true })
    await page.getByRole('textbox', { name: '总评' }).fill('思路清楚，边界考虑周到。')
    await page.getByRole('button', { name: '提交评价' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '提交评价' }).click()
    await expect(page.getByText('已提交').first()).toBeVisible()
    await page.close()
  })

  await test.step('the recruiter sees the summary and the message log', async () => {
    await expect(recruiter.findCard(/评价已全部提交/, candidate)).toBeVisible()
    const page = await recruiter.openLink(recruiter.findCard(/评价已全部提交/, candidate).getByRole('link').first())
    await expect(page.getByText('思路清楚，边界考虑周到。')).toBeVisible()
    await page.getByRole('radiogroup', { name: '面试结论' }).getByText('录用', { exact: true }).click()
    await page.getByRole('button', { name: '保存结论' }).click()
    await expect(page.getByRole('button', { name: '修改结论' })).toBeVisible()

    const record = page.getByRole('region', { name: '面试间记录' })
    await expect(record.getByRole('region', { name: '最终代码', exact: true })).toContainText('while True: pass')
    await expect(record.getByRole('region', { name: /LRU.*的最终代码/ })).toContainText(answer)
    await expect(record).toContainText('已停止')
    await checkReplay(page)

    await page.getByRole('link', { name: '消息记录' }).click()
    const log = page.getByRole('table', { name: '消息记录' }).getByRole('row').filter({ hasText: candidate })
    for (const [kind, to] of [['面试邀请', '周航'], ['面试官无法参加', '林悦'], ['候选人已到', '周航'], ['待填写评价', '周航'], ['评价汇总', '林悦']] as const) {
      await expect(log.filter({ hasText: kind }).filter({ hasText: to }).filter({ hasText: /已发送.*msgid \S+/ }).first()).toBeVisible()
    }
  })

  await Promise.all([recruiter.close(), interviewer.close(), guest.context().close()])
})

/** Replays the interview: to an event, back to the start, and on to the end. */
async function checkReplay(page: Page) {
  await page.getByRole('region', { name: '面试间记录' }).getByRole('link', { name: '回放' }).click()
  const code = page.getByRole('textbox', { name: '代码，当前时刻的内容' })
  const position = page.getByRole('slider', { name: '播放位置' })
  await expect(page.getByRole('button', { name: '播放' })).toBeVisible()
  await expect(code).toHaveText('')

  await page.getByRole('searchbox', { name: '搜索事件' }).fill('运行代码')
  await page.getByRole('button', { name: /运行代码/ }).first().click()
  await expect(code).toContainText('print("total", sum(range(10)))')
  await page.getByRole('searchbox', { name: '搜索事件' }).fill('题目看到了')
  await page.getByRole('button', { name: /题目看到了/ }).click()
  await expect(code).toContainText(answer)
  await expect(page.getByText(/题目：LRU/)).toBeVisible()
  await page.getByRole('tab', { name: '输出' }).click()
  await expect(page.getByRole('region', { name: '输出' })).toContainText('total 42')
  await page.getByRole('tab', { name: '聊天' }).click()
  await expect(page.getByRole('tabpanel', { name: '聊天' })).toContainText('题目看到了')

  await position.focus()
  await page.keyboard.press('Home')
  await expect(code).toHaveText('')
  await page.getByLabel('播放速度').selectOption('32')
  await page.getByRole('button', { name: '播放' }).click()
  await expect(page.getByRole('button', { name: '播放' })).toBeVisible({ timeout: 60_000 }) // paused at the end
  await expect(code).toContainText(answer)
  await page.getByRole('tab', { name: '笔记' }).click()
  await expect(page.getByRole('textbox', { name: '面试官笔记，当前时刻的内容' })).toContainText(secret)
}

async function createPosition(page: Page) {
  await page.getByRole('combobox', { name: '职位' }).fill(position)
  await page.getByRole('option', { name: `新建“${position}”` }).click()
  const form = page.getByRole('dialog', { name: '新建职位' })
  await expect(form.getByLabel('职位名称')).toHaveValue(position)
  await form.getByLabel('部门').fill('研发部')
  await form.getByRole('button', { name: '保存' }).click()
  await expect(form).toBeHidden()
  await expect(page.getByRole('combobox', { name: '职位' })).toHaveValue(position)
}

async function createCandidate(page: Page) {
  await page.getByRole('combobox', { name: '候选人' }).fill(candidate)
  await page.getByRole('option', { name: `新建“${candidate}”` }).click()
  const form = page.getByRole('dialog', { name: '新建候选人' })
  await form.getByLabel('邮箱').fill('yining@example.com')
  await form.getByRole('button', { name: '保存' }).click()
  await expect(form).toBeHidden()
  await expect(page.getByRole('combobox', { name: '候选人' })).toHaveValue(candidate)
}

async function chooseOption(page: Page, field: string, typed: string, option: string | RegExp) {
  await page.getByRole('combobox', { name: field }).fill(typed)
  await page.getByRole('option', { name: option }).first().click()
  await page.keyboard.press('Escape')
}

/** Ten minutes from now in the company's time zone, which is also the browser's. */
async function fillStartTime(page: Page): Promise<string> {
  const { day, clock } = await page.evaluate(() => {
    const at = new Date(Date.now() + 10 * 60_000)
    const two = (n: number) => String(n).padStart(2, '0')
    return {
      day: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
      clock: `${two(at.getHours())}:${two(at.getMinutes())}`,
    }
  })
  await page.getByLabel('日期').fill(day)
  await page.getByLabel('开始时间').fill(clock)
  return day
}

async function readCandidateLink(page: Page, product: string): Promise<string> {
  const shown = page.getByRole('textbox', { name: '链接地址' })
  await expect(shown).toHaveValue(new RegExp(`^${product}/join#[\\w-]{22,}$`))
  return shown.inputValue()
}
