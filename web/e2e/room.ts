// Page object of the room, for one participant.

import type { Browser, Locator, Page } from '@playwright/test'
import { openPage } from './accessibility'
import type { Demo } from './demo'
import { expect } from './demo'
import { Member } from './wecom'

/** Accepts the data notice of a candidate's page, and enters. */
export async function enterAsCandidate(page: Page): Promise<void> {
  await page.getByRole('checkbox', { name: '我已阅读并同意' }).check()
  await page.getByRole('button', { name: '进入面试' }).click()
}

/** The recruiter, with the product on `desk`, and an interviewer. */
export async function openMembers(browser: Browser, demo: Demo): Promise<{ recruiter: Member; interviewer: Member; desk: Page }> {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const interviewer = await Member.open(browser, demo, 'ZhouHang', '周航')
  const desk = await recruiter.openApp()
  await desk.goto(demo.product)
  return { recruiter, interviewer, desk }
}

/** The pages of the interviewer (`ours`) and of a candidate with a browser of their own (`theirs`, on `guest`), before they open a room. */
export async function openRoomPages(browser: Browser, interviewer: Member): Promise<{ ours: Room; theirs: Room; guest: Page }> {
  const guest = await (await browser.newContext()).newPage()
  return { ours: new Room(await interviewer.openApp()), theirs: new Room(guest).recordFrames(), guest }
}

/** The candidate opens the link, the interviewer the room; the candidate is admitted. */
export async function admitCandidate(interviewer: Room, candidate: Room, { id, link }: { id: string; link: string }): Promise<void> {
  await candidate.page.goto(link)
  await enterAsCandidate(candidate.page)
  await openPage(interviewer.page, `/room/${id}`)
  await interviewer.page.getByRole('button', { name: '允许进入' }).first().click()
  for (const room of [interviewer, candidate]) await room.waitUntilConnected()
}

export class Room {
  readonly code: Locator
  readonly output: Locator
  /** all frames that this page has received through the room's socket */
  readonly received: string[] = []

  constructor(readonly page: Page) {
    this.code = page.getByRole('textbox', { name: '代码编辑器' })
    this.output = page.getByRole('log', { name: '输出' })
  }

  /** Records received frames. Must be called before the page opens the room. */
  recordFrames(): this {
    this.page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => this.received.push(payload.toString()))
    })
    return this
  }

  async waitUntilConnected(): Promise<void> {
    await expect(this.code).toBeVisible()
    await expect(this.page.getByText('已连接')).toBeVisible()
  }

  /** The text of the editor, without the buffers around remote cursors. */
  codeText(): Promise<string> {
    return this.code.evaluate((editor) => {
      const lines = [...editor.querySelectorAll('.cm-line')].map((line) => {
        const copy = line.cloneNode(true) as Element
        for (const buffer of copy.querySelectorAll('.cm-widgetBuffer')) buffer.remove()
        return copy.textContent
      })
      return lines.join('\n')
    })
  }

  /** Replaces the code. Several lines are pasted, so that the editor does not indent them. */
  async replaceCode(program: string): Promise<void> {
    await this.code.click()
    await this.page.keyboard.press('ControlOrMeta+a')
    if (!program.includes('\n')) return this.page.keyboard.insertText(program)
    await this.code.evaluate((editor, text) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', text)
      editor.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    }, program)
  }

  async chooseLanguage(language: RegExp): Promise<void> {
    const choice = this.page.getByRole('combobox', { name: '编程语言' })
    const label = await choice.locator('option').filter({ hasText: language }).first().innerText()
    await choice.selectOption({ label })
  }

  /** Waits for the language that another participant has chosen. */
  async waitForLanguage(language: RegExp): Promise<void> {
    await expect(this.page.getByRole('combobox', { name: '编程语言' }).locator('option:checked')).toHaveText(language)
  }

  async runCode(): Promise<void> {
    await this.page.getByRole('button', { name: '运行', exact: true }).click()
  }

  /** The unsaved edits that the browser keeps, as JSON. */
  async storedDrafts(): Promise<string> {
    return this.page.evaluate(
      () =>
        new Promise<string>((resolve, reject) => {
          const opened = indexedDB.open('huimian-drafts')
          opened.onerror = () => reject(opened.error ?? new Error('IndexedDB'))
          opened.onsuccess = () => {
            const read = opened.result.transaction('drafts').objectStore('drafts').getAll()
            read.onsuccess = () => {
              opened.result.close()
              resolve(JSON.stringify(read.result))
            }
          }
        }),
    )
  }

  lastRun(): Locator {
    return this.output.getByRole('article').last()
  }

  async sendChat(text: string): Promise<void> {
    await this.openPane('聊天')
    await this.page.getByRole('textbox', { name: '聊天消息' }).fill(text)
    await this.page.keyboard.press('Enter')
  }

  async openPane(name: string): Promise<void> {
    await this.page.getByRole('tab', { name }).click()
  }
}
