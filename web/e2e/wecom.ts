// Page object of a member in the simulated WeCom: the chat with the application, and its pages.

import type { Browser, BrowserContext, Locator, Page } from '@playwright/test'
import { expect, type Demo } from './demo'

const APP_NAME = '会面'

export class Member {
  private constructor(
    readonly name: string,
    private readonly context: BrowserContext,
    /** the member's WeCom */
    readonly wecom: Page,
  ) {}

  static async open(browser: Browser, demo: Demo, userId: string, name: string): Promise<Member> {
    const context = await browser.newContext()
    const wecom = await context.newPage()
    await wecom.goto(`${demo.wecom}/?as=${userId}&pages=tabs`) // opens each page as a browser tab
    await expect(wecom.getByRole('link', { name: `当前成员：${name}` })).toBeVisible()
    return new Member(name, context, wecom)
  }

  /** Opens the application from the workbench, signed in as the member. */
  async openApp(): Promise<Page> {
    await this.wecom.getByRole('link', { name: '工作台' }).click()
    return this.openLink(this.wecom.getByRole('link', { name: `打开 ${APP_NAME}` }))
  }

  /** Opens the conversation with the application. */
  async openChat(): Promise<Locator> {
    await this.wecom.getByRole('link', { name: '消息' }).click()
    const rows = this.wecom.getByRole('complementary', { name: '会话列表' }).getByRole('link')
    await rows.filter({ has: this.wecom.locator('.row-name', { hasText: new RegExp(`^${APP_NAME}$`) }) }).click() // another row may show its name in a message
    return this.wecom.getByRole('log')
  }

  /**
   * The newest card with that title about the candidate's interview in the open conversation. A title alone
   * would also match the cards of interviews that earlier tests left there; with a day such as 2月3日, cards about
   * the same candidate's other interviews do not match either.
   */
  findCard(title: RegExp, candidate: string, day = ''): Locator {
    return this.wecom.getByRole('log').getByRole('region', { name: title }).filter({ hasText: candidate }).filter({ hasText: day }).last()
  }

  /** Clicks a link that opens a new tab. */
  async openLink(link: Locator): Promise<Page> {
    const opened = this.context.waitForEvent('page')
    await link.click()
    const page = await opened
    await page.waitForLoadState()
    return page
  }

  close(): Promise<void> {
    return this.context.close()
  }
}
