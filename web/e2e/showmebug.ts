// The ShowMeBug simulator: its fault API and page object of an interview.

import type { FrameLocator, Page } from '@playwright/test'
import { expect, type Demo } from './demo'

/** Credentials of the team that bin/demo creates (cmd/demo). */
export const team = { key: 'demo-key-7f3a', secret: 'demo-secret-0123456789' }

export class ShowMeBugSimulator {
  constructor(private readonly demo: Demo) {}

  /** Fails every call with 503 until removeFaults. */
  async failAllCalls(): Promise<void> {
    await this.postJSON('/sim/faults', { httpStatus: 503 })
  }

  /** Fails the creation of interviews with 402, as without session quota. */
  async exhaustQuota(): Promise<void> {
    await this.postJSON('/sim/faults', { path: 'POST interviews', errcode: 402, httpStatus: 402 })
  }

  async removeFaults(): Promise<void> {
    await this.postJSON('/sim/faults/remove', {})
  }

  private async postJSON(path: string, body: object): Promise<void> {
    const response = await fetch(this.demo.showmebug + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  }
}

/** Connects the team on an administrator's page, unless an earlier test has. */
export async function connectTeam(page: Page, demo: Demo): Promise<void> {
  await page.goto(`${demo.product}/settings/rooms`)
  await expect(page.getByText(/^(已|未)连接$/)).toBeVisible()
  if (await page.getByText('已连接', { exact: true }).isVisible()) return
  await page.getByLabel('应用 Key').fill(team.key)
  await page.getByLabel('应用 Secret').fill(team.secret)
  await page.getByRole('button', { name: '测试并连接' }).click()
  await expect(page.getByText('已连接', { exact: true })).toBeVisible()
}

/** Page object of an interview at ShowMeBug. */
export class InterviewPad {
  constructor(readonly page: Page) {}

  /** Opens a tab with an embedded page of the product. */
  async openFrame(tab: '简历' | '评价表'): Promise<FrameLocator> {
    await this.page.getByRole('tab', { name: tab }).click()
    return this.page.frameLocator(`iframe[title="${tab}"]`)
  }

  async startInterview(): Promise<void> {
    await this.page.getByRole('button', { name: '开始面试' }).click()
    await expect(this.page.getByRole('button', { name: '结束面试' })).toBeVisible()
  }

  async endInterview(rating: number, comment: string): Promise<void> {
    await this.page.getByRole('button', { name: '结束面试' }).click()
    const form = this.page.getByRole('dialog')
    await form.getByRole('radio', { name: `${rating} 分` }).check({ force: true })
    await form.getByRole('textbox', { name: '评语' }).fill(comment)
    await form.getByRole('button', { name: '结束面试' }).click()
  }
}

let days = 0

/** The card with the interview's facts, including the room state. */
export function interviewFacts(page: Page) {
  return page.getByRole('region', { name: '面试信息' })
}

interface InterviewPlan {
  candidate: string
  interviewers: string[]
}

/** Schedules an interview at ShowMeBug and stays on its page. */
export async function scheduleAtShowMeBug(page: Page, product: string, plan: InterviewPlan): Promise<void> {
  await fillInterviewForm(page, product, plan)
  await page.getByRole('button', { name: '安排面试' }).click()
  await expect(page.getByRole('region', { name: '面试信息' })).toBeVisible()
}

/** Fills the form with an interview at ShowMeBug. */
export async function fillInterviewForm(page: Page, product: string, { candidate, interviewers }: InterviewPlan): Promise<void> {
  // A separate day for each interview, so that there are no conflicts.
  const day = new Date(Date.now() + (30 + days++) * 24 * 3600_000).toISOString().slice(0, 10)
  await page.goto(`${product}/interviews/new?day=${day}&clock=10:00`)
  await chooseOption(page, '职位', '后端', /后端工程师/)
  await chooseOption(page, '候选人', candidate, candidate)
  for (const name of interviewers) await chooseOption(page, '面试官', name, new RegExp(name))
  await page.getByRole('radio', { name: 'ShowMeBug' }).check()
}

export async function chooseOption(page: Page, field: string, typed: string, option: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name: field }).fill(typed)
  const list = page.getByRole('listbox', { name: field })
  const many = await list.getAttribute('aria-multiselectable')
  await list.getByRole('option', { name: option }).first().click()
  if (many) await page.keyboard.press('Escape') // a list for several selections stays open
}
