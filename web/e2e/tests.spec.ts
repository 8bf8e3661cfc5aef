// Test cases with three people: the recruiter writes them, the candidate runs them and sees the hidden
// ones as a count, the interviewer sees all, and the replay has the result.

import type { Page } from '@playwright/test'
import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { admitCandidate, openMembers, openRoomPages, Room } from './room'
import { scheduleInterview } from './schedule'

const title = '两数相加'
const secret = '3141592653'
// Wrong for the second case, and an attempt to show the input of a hidden one.
const program = 'def add(a, b):\n    print("seen", a)\n    return a + b if a != 2 else 0\n'
const goProgram = 'package main\n\nimport "fmt"\n\nfunc add(a, b int64) int64 {\n\tfmt.Println("seen", a)\n\treturn a + b\n}\n'

test('test cases from the question bank to the replay', async ({ browser, demo }) => {
  const { recruiter, interviewer, desk } = await openMembers(browser, demo)
  const report = new AccessibilityReport()

  await test.step('the recruiter creates a question with test cases', async () => {
    await openPage(desk, '/questions')
    await desk.getByRole('button', { name: '新建题目' }).click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByRole('textbox', { name: '题目', exact: true }).fill(title)
    await dialog.getByRole('textbox', { name: '题目内容' }).fill('返回两个数的和。')
    await addCase(desk, 1, '[1, 2', '3')
    await dialog.getByText('函数调用', { exact: true }).click()
    await dialog.getByRole('textbox', { name: '函数名' }).fill('add')
    await declareTypes(desk)
    await dialog.getByRole('button', { name: '保存' }).click()
    await expect(caseAt(desk, 1).getByRole('alert')).toContainText('JSON 数组')
    await caseAt(desk, 1).getByRole('textbox', { name: /参数/ }).fill('[1, 2]')
    await caseAt(desk, 1).getByRole('button', { name: '复制' }).click()
    await caseAt(desk, 2).getByRole('textbox', { name: /参数/ }).fill('[2, 2]')
    await caseAt(desk, 2).getByRole('textbox', { name: /期望结果/ }).fill('4')
    await addCase(desk, 3, `[${secret}, 0]`, secret)
    await addCase(desk, 4, '[5, 5]', '11')
    for (const hidden of [3, 4]) await caseAt(desk, hidden).getByRole('checkbox', { name: '对候选人隐藏' }).check()
    await report.check(desk, 'editor of test cases')
    await checkResults(desk, 'editor')
    await dialog.getByRole('button', { name: '保存' }).click()
    await expect(desk.getByRole('dialog')).toHaveCount(0)
  })

  const { id, link } = await scheduleInterview(desk, { question: title })
  const { ours, theirs, guest } = await openRoomPages(browser, interviewer)

  await test.step('the candidate is admitted and gets the question', async () => {
    await admitCandidate(ours, theirs, { id, link })
    await openPage(desk, `/room/${id}`)
    await ours.page.getByRole('combobox', { name: '题目' }).selectOption({ label: title })
    await ours.page.getByRole('button', { name: '展示给候选人' }).click()
    await ours.chooseLanguage(/^Python/)
    await expect(guest.getByRole('button', { name: '运行测试' })).toBeEnabled()
    await expect.poll(() => theirs.codeText()).toContain('def add(a: int') // the starter code, which would follow the program otherwise
    await theirs.replaceCode(program)
  })

  await test.step('the candidate runs the test cases and sees the hidden ones as a count', async () => {
    await guest.getByRole('button', { name: '运行测试' }).click()
    await expect(theirs.lastRun()).toContainText('通过 2/4')
    await expect(theirs.lastRun()).toContainText('公开用例：通过 1/2')
    await expect(theirs.lastRun()).toContainText('隐藏用例：通过 1/2')
    await expect(theirs.lastRun().getByRole('row')).toHaveCount(3) // with the header
    await expect(theirs.lastRun()).toContainText('期望结果 4')
    await expect(theirs.lastRun()).toContainText('a = 2')
    expect(theirs.received.filter((frame) => frame.includes(secret))).toEqual([])
    await checkResults(guest, 'candidate')
  })

  await test.step('the interviewer and the recruiter see all cases', async () => {
    for (const room of [ours, new Room(desk)]) {
      await expect(room.lastRun()).toContainText('通过 2/4')
      await expect(room.lastRun().getByRole('row')).toHaveCount(5)
      await room.lastRun().getByText('用例 3').click()
      await expect(room.lastRun()).toContainText(`seen ${secret}`)
    }
    await checkResults(ours.page, 'interviewer')
    await report.check(ours.page, 'results for an interviewer')
    await report.check(guest, 'results for a candidate')
  })

  await test.step('the keyboard runs them, too, in a typed language', async () => {
    await ours.chooseLanguage(/^Go/)
    await theirs.waitForLanguage(/^Go/)
    await theirs.replaceCode(goProgram)
    await guest.getByRole('button', { name: '运行测试' }).focus()
    await guest.keyboard.press('Enter')
    await expect(theirs.output.getByRole('article')).toHaveCount(2)
    await expect(theirs.lastRun()).toContainText('通过 3/4', { timeout: 60_000 })
    expect(theirs.received.filter((frame) => frame.includes(secret))).toEqual([])
  })

  await test.step('the replay and the page of the interview have the result', async () => {
    await ours.page.getByRole('button', { name: '结束面试' }).click()
    await ours.page.getByRole('dialog').getByRole('button', { name: '结束面试' }).click()
    await expect(guest.getByText('面试已结束，感谢您的参加')).toBeVisible()
    await openPage(ours.page, `/interviews/${id}/replay`)
    await expect(ours.page.getByText('测试结束：通过 2/4').first()).toBeVisible()
    await report.check(ours.page, 'replay of test cases')
    await openPage(ours.page, `/interviews/${id}`)
    await expect(ours.page.getByText('隐藏用例：通过 1/2').first()).toBeVisible()
    await checkResults(ours.page, 'record')
    await report.check(ours.page, 'record of test cases')
  })
  expect(report.faults).toEqual([])
  await Promise.all([recruiter.close(), interviewer.close(), guest.context().close()])
})

/** Declares the types of the function, and generates its starter code. */
async function declareTypes(page: Page): Promise<void> {
  await page.getByText('声明参数和返回值的类型', { exact: true }).click()
  await page.getByRole('button', { name: '添加参数' }).click()
  for (const [number, name] of [[1, 'a'], [2, 'b']] as const) {
    const parameter = page.getByRole('group', { name: `参数 ${number}` })
    await parameter.getByRole('textbox', { name: /参数名/ }).fill(name)
    await parameter.getByRole('combobox', { name: '类型' }).selectOption('long')
  }
  await page.getByRole('combobox', { name: '返回值类型' }).selectOption('long')
  await page.getByRole('button', { name: '生成初始代码' }).click()
  await expect(page.getByRole('textbox', { name: /^Go/ })).toHaveValue(/func add\(a int64, b int64\) int64/)
}

function caseAt(page: Page, number: number) {
  return page.getByRole('group', { name: `用例 ${number}` })
}

async function addCase(page: Page, number: number, input: string, expected: string): Promise<void> {
  await page.getByRole('button', { name: '添加测试用例' }).click()
  await caseAt(page, number).getByRole('textbox', { name: /参数|标准输入/ }).fill(input)
  await caseAt(page, number).getByRole('textbox', { name: /期望/ }).fill(expected)
}

/** Checks that the results and the signature can be scrolled to at each width. */
function checkResults(page: Page, name: string): Promise<void> {
  const targets = page.getByRole('table', { name: '测试结果' }).or(page.getByRole('group', { name: '函数签名' }))
  return checkWidths(page, name, () =>
    // The layout of another width may replace an element while it is scrolled.
    expect(async () => {
      for (const target of await targets.all()) await target.scrollIntoViewIfNeeded({ timeout: 5_000 })
    }).toPass({ timeout: 60_000 }),
  )
}
