// The room as one person has it on the screen.

import type { Locator, Page } from '@playwright/test'
import { expect } from './demo'

export class Room {
  readonly code: Locator
  readonly output: Locator
  /** everything that the server has sent to this page through the room's socket */
  readonly received: string[] = []

  constructor(readonly page: Page) {
    this.code = page.getByRole('textbox', { name: '代码编辑器' })
    this.output = page.getByRole('log', { name: '输出' })
  }

  /** Keeps what the page receives; call it before the page opens the room. */
  listen(): this {
    this.page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => this.received.push(payload.toString()))
    })
    return this
  }

  async isLive(): Promise<void> {
    await expect(this.code).toBeVisible()
    await expect(this.page.getByText('已连接')).toBeVisible()
  }

  /** The text of the editor, line by line. */
  async text(): Promise<string> {
    return (await this.code.locator('.cm-line').allInnerTexts()).map((line) => line.replace(/\n$/, '')).join('\n')
  }

  /** Replaces the program. Inserted at once: the editor's own brackets and indentation stay out of it. */
  async write(program: string): Promise<void> {
    await this.code.click()
    await this.page.keyboard.press('ControlOrMeta+a')
    await this.page.keyboard.insertText(program)
  }

  async choose(language: RegExp): Promise<void> {
    const choice = this.page.getByRole('combobox', { name: '编程语言' })
    const label = await choice.locator('option').filter({ hasText: language }).first().innerText()
    await choice.selectOption({ label })
  }

  async run(): Promise<void> {
    await this.page.getByRole('button', { name: '运行', exact: true }).click()
  }

  lastRun(): Locator {
    return this.output.getByRole('article').last()
  }

  async say(text: string): Promise<void> {
    await this.pane('聊天')
    await this.page.getByRole('textbox', { name: '聊天消息' }).fill(text)
    await this.page.keyboard.press('Enter')
  }

  async pane(name: string): Promise<void> {
    await this.page.getByRole('tab', { name }).click()
  }
}
