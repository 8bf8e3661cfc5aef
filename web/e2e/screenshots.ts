// Takes screenshots of every page at phone and desktop width into docs/screenshots: `make screenshots`.

import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './demo'
import { enterAsCandidate, Room } from './room'
import { scheduleInterview } from './schedule'
import { connectTeam, fillInterviewForm, InterviewPad, interviewFacts, scheduleAtShowMeBug, ShowMeBugSimulator } from './showmebug'
import { Member } from './wecom'

const folder = join(import.meta.dirname, '../../docs/screenshots')
const VIEWPORTS = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } }

test('pages of the product', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  await recruiter.openChat()
  await capture(recruiter.wecom, 'wecom-chat')
  const page = await recruiter.openApp()
  const { past, coming, candidate } = await interviewIds(page)
  const pages: Record<string, string> = {
    overview: '/',
    interviewIds: '/interviews',
    'interviews-day': '/interviews?view=day',
    'interviews-week': '/interviews?view=week',
    'interview-new': '/interviews/new',
    'interview-loop': '/interviews/loop',
    interview: `/interviews/${coming}`,
    'interview-evaluated': `/interviews/${past}`,
    debrief: `/candidates/${candidate}/debrief`,
    positions: '/positions',
    candidates: '/candidates',
    questions: '/questions',
    messages: '/messages',
    settings: '/settings',
    'settings-scorecards': '/settings/scorecards',
    'settings-system': '/settings/system',
    'not-found': '/nowhere',
  }
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(demo.product + path)
    await capture(page, name)
  }
  await recruiter.close()

  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto(`${demo.product}/signin`)
  await capture(stranger, 'signin')
  await stranger.goto(`${demo.product}/join#no-such-link`)
  await capture(stranger, 'join-dead')
})

test('join page, lobby, room and scorecard', async ({ browser, demo }) => {
  const interviewer = await Member.open(browser, demo, 'ZhouHang', '周航')
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const { id, link, candidate } = await scheduleInterview(await recruiter.openApp())
  await interviewer.openChat()
  await expect(interviewer.findCard(/面试邀请/, candidate)).toBeVisible()
  await capture(interviewer.wecom, 'wecom-card')

  const guest = await (await browser.newContext()).newPage()
  await guest.goto(link)
  await capture(guest, 'join')
  await enterAsCandidate(guest)
  await expect(guest.getByRole('heading', { name: '请稍候' })).toBeVisible()
  await capture(guest, 'lobby')

  const page = await interviewer.openApp()
  await page.goto(`${demo.product}/room/${id}`)
  await page.getByRole('button', { name: '允许进入' }).first().click()
  const [ours, theirs] = [new Room(page), new Room(guest)]
  await theirs.waitUntilConnected()
  await page.getByRole('combobox', { name: '题目' }).selectOption({ label: '两数之和' })
  await page.getByRole('button', { name: '展示给候选人' }).click()
  await expect.poll(() => theirs.codeText()).not.toBe('') // the starter code
  await theirs.replaceCode('def two_sum(numbers, target):\n    seen = {}\n    for i, n in enumerate(numbers):\n        if target - n in seen:\n            return seen[target - n], i\n        seen[n] = i\n\n\nprint(two_sum([2, 7, 11, 15], 9))\n')
  await theirs.runCode()
  await expect(ours.lastRun()).toContainText('(0, 1)')
  await theirs.sendChat('先用哈希表，时间是 O(n)。')
  await capture(page, 'room')
  await page.getByRole('button', { name: '结束面试' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '结束面试' }).click()
  await page.goto(`${demo.product}/interviews/${id}/scorecard`)
  await capture(page, 'scorecard')
})

test('ShowMeBug rooms and written tests', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await recruiter.openApp()
  await page.goto(`${demo.product}/settings/rooms`)
  await capture(page, 'settings-rooms-new')
  await connectTeam(page, demo)
  await fillInterviewForm(page, demo.product, { candidate: '孟凡', interviewers: ['林悦'] })
  await capture(page, 'interview-new-showmebug')
  await page.getByRole('button', { name: '安排面试' }).click()
  await expect(interviewFacts(page)).toContainText('已就绪')
  const held = page.url()
  await page.goto(held.replace('/interviews/', '/go/interviews/'))
  const pad = new InterviewPad(page)
  await pad.openFrame('简历')
  await pad.startInterview()
  await capture(page, 'showmebug-pad')
  const frames = await Promise.all(['简历', '评价表'].map((title) => page.locator(`iframe[title="${title}"]`).getAttribute('src')))
  await pad.endInterview(4, '整体不错')
  await page.waitForURL(held) // ShowMeBug sends interviewers back
  await page.goto(frames[0] ?? '')
  await capture(page, 'embed-resume')
  await page.goto(held)
  await expect(page.getByRole('region', { name: 'ShowMeBug 结果' })).toBeVisible()
  await capture(page, 'interview-showmebug-ended')
  await page.goto(frames[1] ?? '')
  await capture(page, 'embed-evaluation')
  await page.goto(`${demo.product}/embed/evaluation/no-such-address`)
  await page.reload()
  await expect(page.getByText('这个页面已过期')).toBeVisible()

  const showmebug = new ShowMeBugSimulator(demo)
  await showmebug.exhaustQuota()
  await scheduleAtShowMeBug(page, demo.product, { candidate: '王子墨', interviewers: ['孙薇', '高飞'] })
  await expect(page.getByRole('button', { name: '立即重试' })).toBeVisible()
  await page.reload() // removes the toast
  await capture(page, 'interview-showmebug-waiting')
  await page.goto(`${demo.product}/settings/rooms`)
  await expect(page.getByRole('table', { name: '成员对应' })).toBeVisible()
  await capture(page, 'settings-rooms')
  await page.goto(`${demo.product}/candidates`)
  await page.getByRole('button', { name: '笔试' }).first().click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await capture(page, 'candidate-tests')
})

async function capture(page: Page, name: string) {
  for (const [suffix, size] of Object.entries(VIEWPORTS)) {
    await page.setViewportSize(size)
    await expect(page.getByRole('heading').first()).toBeVisible()
    await expect(page.getByRole('status', { name: '正在加载…' })).toHaveCount(0)
    await page.waitForFunction(() => {
      // Images outside the viewport may be lazy.
      const inSight = (image: Element) => image.checkVisibility() && image.getBoundingClientRect().top < window.innerHeight
      return document.fonts.status === 'loaded' && [...document.images].every((image) => image.complete || !inSight(image))
    })
    await page.screenshot({ path: join(folder, `${name}-${suffix}.png`), animations: 'disabled', caret: 'hide' })
  }
}

interface InterviewList {
  items: { id: string; state: string; candidate: { id: string } }[]
}

async function interviewIds(page: Page): Promise<{ past: string; coming: string; candidate: string }> {
  const { items } = await page.evaluate(async () => (await (await fetch('/api/interviews?scope=all&limit=100')).json()) as InterviewList)
  const one = (state: string) => items.find((interview) => interview.state === state)
  return { past: one('ended')?.id ?? '', coming: one('scheduled')?.id ?? '', candidate: one('ended')?.candidate.id ?? '' }
}
