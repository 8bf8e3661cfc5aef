// Shoots every page at the width of a phone and of a desktop into docs/screenshots: `make screenshots`.

import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './demo'
import { Room } from './room'
import { schedule } from './schedule'
import { connect, fillIn, Pad, roomState, scheduleThere, ShowMeBug } from './showmebug'
import { Member } from './wecom'

const folder = join(import.meta.dirname, '../../docs/screenshots')
const widths = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } }

test('pages of the product', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  await recruiter.openChat()
  await shoot(recruiter.wecom, 'wecom-chat')
  const page = await recruiter.openApp()
  const { past, coming } = await interviews(page)
  const pages: Record<string, string> = {
    overview: '/',
    interviews: '/interviews',
    'interviews-day': '/interviews?view=day',
    'interviews-week': '/interviews?view=week',
    'interview-new': '/interviews/new',
    interview: `/interviews/${coming}`,
    'interview-evaluated': `/interviews/${past}`,
    positions: '/positions',
    candidates: '/candidates',
    questions: '/questions',
    messages: '/messages',
    settings: '/settings',
    'not-found': '/nowhere',
  }
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(demo.product + path)
    await shoot(page, name)
  }
  await recruiter.close()

  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto(`${demo.product}/signin`)
  await shoot(stranger, 'signin')
  await stranger.goto(`${demo.product}/join/no-such-link`)
  await shoot(stranger, 'join-dead')
})

test('a room, and what comes before and after it', async ({ browser, demo }) => {
  const interviewer = await Member.open(browser, demo, 'ZhouHang', '周航')
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const { id, link, candidate } = await schedule(await recruiter.openApp())
  await interviewer.openChat()
  await expect(interviewer.card(/面试邀请/, candidate)).toBeVisible()
  await shoot(interviewer.wecom, 'wecom-card')

  const guest = await (await browser.newContext()).newPage()
  await guest.goto(link)
  await shoot(guest, 'join')
  await guest.getByRole('button', { name: '进入面试' }).click()
  await expect(guest.getByRole('heading', { name: '请稍候' })).toBeVisible()
  await shoot(guest, 'lobby')

  const page = await interviewer.openApp()
  await page.goto(`${demo.product}/room/${id}`)
  await page.getByRole('button', { name: '允许进入' }).first().click()
  const [ours, theirs] = [new Room(page), new Room(guest)]
  await theirs.isLive()
  const problems = page.getByRole('combobox', { name: '当前题目' })
  await problems.selectOption({ label: '两数之和' })
  await theirs.write('def two_sum(numbers, target):\n    seen = {}\n    for i, n in enumerate(numbers):\n        if target - n in seen:\n            return seen[target - n], i\n        seen[n] = i\n\n\nprint(two_sum([2, 7, 11, 15], 9))\n')
  await theirs.run()
  await expect(ours.lastRun()).toContainText('(0, 1)')
  await theirs.say('先用哈希表，时间是 O(n)。')
  await shoot(page, 'room')
  await page.getByRole('button', { name: '结束面试' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '结束面试' }).click()
  await page.goto(`${demo.product}/interviews/${id}/scorecard`)
  await shoot(page, 'scorecard')
})

test('rooms of ShowMeBug, and its written tests', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await recruiter.openApp()
  await page.goto(`${demo.product}/settings/rooms`)
  await shoot(page, 'settings-rooms-new')
  await connect(page, demo)
  await fillIn(page, demo.product, { candidate: '孟凡', interviewers: ['林悦'] })
  await shoot(page, 'interview-new-showmebug')
  await page.getByRole('button', { name: '安排面试' }).click()
  await expect(roomState(page)).toContainText('已就绪')
  const held = page.url()
  await page.goto(held.replace('/interviews/', '/go/interviews/'))
  const pad = new Pad(page)
  await pad.framed('简历')
  await pad.begin()
  await shoot(page, 'showmebug-pad')
  const frames = await Promise.all(['简历', '评价表'].map((title) => page.locator(`iframe[title="${title}"]`).getAttribute('src')))
  await pad.end(4, '整体不错')
  await page.waitForURL(held) // ShowMeBug sends interviewers back
  await page.goto(frames[0] ?? '')
  await shoot(page, 'embed-resume')
  await page.goto(held)
  await expect(page.getByRole('region', { name: 'ShowMeBug 结果' })).toBeVisible()
  await shoot(page, 'interview-showmebug-ended')
  await page.goto(frames[1] ?? '')
  await shoot(page, 'embed-evaluation')
  await page.goto(`${demo.product}/embed/evaluation/no-such-address`)
  await page.reload()
  await expect(page.getByText('这个页面已过期')).toBeVisible()

  const showmebug = new ShowMeBug(demo)
  await showmebug.useUp()
  await scheduleThere(page, demo.product, { candidate: '王子墨', interviewers: ['孙薇', '高飞'] })
  await expect(page.getByRole('button', { name: '立即重试' })).toBeVisible()
  await page.reload() // without the word that it was scheduled
  await shoot(page, 'interview-showmebug-waiting')
  await page.goto(`${demo.product}/settings/rooms`)
  await expect(page.getByRole('table', { name: '成员对应' })).toBeVisible()
  await shoot(page, 'settings-rooms')
  await page.goto(`${demo.product}/candidates`)
  await page.getByRole('button', { name: '笔试' }).first().click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await shoot(page, 'candidate-tests')
})

async function shoot(page: Page, name: string) {
  for (const [suffix, size] of Object.entries(widths)) {
    await page.setViewportSize(size)
    await expect(page.getByRole('heading').first()).toBeVisible()
    await expect(page.getByRole('status', { name: '正在加载…' })).toHaveCount(0)
    await page.waitForFunction(() => {
      // Those out of sight may be lazy.
      const inSight = (image: Element) => image.checkVisibility() && image.getBoundingClientRect().top < window.innerHeight
      return document.fonts.status === 'loaded' && [...document.images].every((image) => image.complete || !inSight(image))
    })
    await page.screenshot({ path: join(folder, `${name}-${suffix}.png`), animations: 'disabled', caret: 'hide' })
  }
}

interface Listed {
  items: { id: string; state: string }[]
}

async function interviews(page: Page): Promise<{ past: string; coming: string }> {
  const { items } = await page.evaluate(async () => (await (await fetch('/api/interviews?scope=all&limit=100')).json()) as Listed)
  const one = (state: string) => items.find((interview) => interview.state === state)?.id ?? ''
  return { past: one('ended'), coming: one('scheduled') }
}
