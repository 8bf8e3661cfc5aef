// A recruiter uploads résumés and sees them in the page, an interviewer of the candidate reads them beside the
// interview, and the recruiter deletes one. Candidates and other members read none.

import type { Page } from '@playwright/test'
import { AccessibilityReport, openPage } from './accessibility'
import { expect, test } from './demo'
import { checkWidths } from './layout'
import { enterAsCandidate } from './room'
import { scheduleInterview } from './schedule'
import { Member } from './wecom'

const DAY = 135 // from today, when no interview of other tests is
const name = '很长的名字'.repeat(12) + ' 2026 年简历.pdf'

test('résumés of a candidate', async ({ browser, demo }) => {
  const recruiter = await Member.open(browser, demo, 'LinYue', '林悦')
  const interviewer = await Member.open(browser, demo, 'ZhouHang', '周航')
  const report = new AccessibilityReport()
  const desk = await recruiter.openApp()
  await desk.goto(demo.product)
  const { id, link, candidate } = await scheduleInterview(desk, { minutes: DAY * 24 * 60, newCandidate: { name: '简明', email: 'jian.ming@example.com' } })
  const drawer = desk.getByRole('dialog').first()

  await test.step('a recruiter uploads files', async () => {
    await openPage(desk, '/candidates')
    await desk.getByRole('row').filter({ hasText: candidate }).getByRole('button', { name: '简历', exact: true }).click()
    const picker = drawer.getByLabel(/选择文件/)
    await picker.setInputFiles({ name: 'page.pdf', mimeType: 'application/pdf', buffer: Buffer.from('<!doctype html><script>alert(1)</script>') })
    await expect(drawer.getByText('不支持此类文件', { exact: false })).toBeVisible()
    await picker.setInputFiles({ name, mimeType: 'application/pdf', buffer: twoPages() })
    await expect(drawer.getByRole('listitem').filter({ hasText: name })).toContainText('林悦 上传于')
    await drop(desk, 'photo.png', pixel)
    await expect(drawer.getByRole('listitem')).toHaveCount(2)
    await report.check(desk, 'files of a candidate', ['desktop', 'phone'])
    await checkWidths(desk, 'drawer')
  })

  await test.step('the PDF and the picture are shown in the page', async () => {
    await drawer.getByRole('button', { name: `预览${name}` }).click()
    const preview = desk.getByRole('dialog', { name })
    await expect(preview.getByText('Page one of the resume')).toBeAttached()
    await preview.getByRole('button', { name: '下一页' }).click()
    await expect(preview.getByText('Page two of the resume')).toBeAttached()
    await expect(preview.getByRole('button', { name: '下一页' })).toBeDisabled()
    await preview.getByRole('button', { name: '放大' }).click()
    await report.check(desk, 'preview of a PDF', ['desktop', 'phone'])
    await checkWidths(desk, 'preview')
    await desk.keyboard.press('Escape')
    await drawer.getByRole('button', { name: /^预览.*photo/ }).click()
    await expect(desk.getByRole('img', { name: 'photo.png' })).toBeVisible()
    await desk.keyboard.press('Escape')
  })

  await test.step('an interviewer reads it beside the interview', async () => {
    const page = await interviewer.openApp()
    await openPage(page, `/interviews/${id}`)
    const card = page.getByRole('region', { name: '简历' })
    await expect(card.getByRole('listitem')).toHaveCount(2)
    await expect(card.getByText('选择文件', { exact: false })).toHaveCount(0)
    await expect(card.getByRole('button', { name: `删除${name}` })).toHaveCount(0)
    await checkWidths(page, 'interview')
    const [download] = await Promise.all([page.waitForEvent('download'), card.getByRole('link', { name: `下载${name}` }).click()])
    expect(download.suggestedFilename()).toBe(name)
    await card.getByRole('button', { name: `预览${name}` }).click()
    await expect(page.getByText('Page one of the resume')).toBeAttached()
  })

  await test.step('candidates read none', async () => {
    const guest = await (await browser.newContext()).newPage()
    await guest.goto(link)
    await enterAsCandidate(guest)
    const paths = await desk.evaluate(async (interviewId) => {
      const read = async (path: string) => (await (await fetch(path)).json()) as { candidate: { id: string }; items: { id: string }[] }
      const files = `/api/candidates/${(await read(`/api/interviews/${interviewId}`)).candidate.id}/files`
      return [files, `/api/files/${(await read(files)).items[0]?.id}/content`]
    }, id)
    expect(await guest.evaluate((list) => Promise.all(list.map(async (path) => (await fetch(path)).status)), paths)).toEqual([401, 401])
    await guest.context().close()
  })

  await test.step('the recruiter deletes them', async () => {
    for (const left of [1, 0]) {
      await drawer.getByRole('button', { name: /^删除/ }).first().click()
      await desk.getByRole('dialog', { name: '删除文件' }).getByRole('button', { name: '删除文件' }).click()
      await expect(drawer.getByRole('button', { name: /^删除/ })).toHaveCount(left)
    }
    await expect(drawer.getByText('还没有简历')).toBeVisible()
  })
  expect(report.faults).toEqual([])
  await interviewer.close()
  await recruiter.close()
})

/** Drops a file on the upload. */
async function drop(page: Page, fileName: string, base64: string): Promise<void> {
  const data = await page.evaluateHandle(
    ({ fileName, base64 }) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], fileName))
      return transfer
    },
    { fileName, base64 },
  )
  await page.locator('label').filter({ hasText: '拖放' }).dispatchEvent('drop', { dataTransfer: data })
}

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** A PDF of two pages, with text in a Chinese font that it does not contain. */
function twoPages(): Buffer {
  const texts = ['Page one of the resume', 'Page two of the resume'].map((text) => `BT /F1 24 Tf 72 720 Td (${text}) Tj /F2 24 Tf 0 -40 Td <738B9759> Tj ET`)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>',
    ...[5, 6].map((content) => `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${content} 0 R /Resources << /Font << /F1 7 0 R /F2 8 0 R >> >> >>`),
    ...texts.map((text) => `<< /Length ${text.length} >>\nstream\n${text}\nendstream`),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [9 0 R] >>',
    '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 10 0 R >>',
    '<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>',
  ]
  let body = '%PDF-1.4\n'
  const offsets = objects.map((text, index) => {
    const offset = body.length
    body += `${index + 1} 0 obj\n${text}\nendobj\n`
    return offset
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const start = body.length
  body += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(body, 'latin1')
}
