import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from '@playwright/test'

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8')
const page = read('web/dist/offline/replay.html')
const example = read('testdata/transcript/example.json')

/** Writes an exported page, as the server does, and returns its file: URL. */
function writePage(path: string, document: string): string {
  const embedded = `<script type="application/json" id="transcript">${document}</script>`
  writeFileSync(path, page.replace('<!--transcript-->', () => embedded))
  return pathToFileURL(path).href
}

test('an exported interview plays and verifies from disk', async ({ browser }, info) => {
  const tab = await browser.newPage({ offline: true, locale: 'en-US' })
  const problems: string[] = []
  tab.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  tab.on('pageerror', (error) => problems.push(error.message))
  await tab.goto(writePage(info.outputPath('interview.html'), example))
  await expect(tab.getByRole('status').filter({ hasText: 'dbc298251c51' })).toContainText(/are valid|Only the hash chain/)
  await tab.locator('body').press('End')
  await expect(tab.locator('.cm-content').first()).toContainText('你好')
  expect(problems).toEqual([])

  await tab.goto(writePage(info.outputPath('changed.html'), example.replace('quotes', 'quoteS')))
  await expect(tab.getByRole('status').filter({ hasText: 'was changed' })).toContainText('row 2 of events (chat)')

  // A change of a length leaves nothing to play.
  await tab.goto(writePage(info.outputPath('broken.html'), example.replace('[15,[0', '[16,[0')))
  await expect(tab.getByRole('status').filter({ hasText: 'was changed' })).toContainText('row 2 of code (edit)')
  await expect(tab.getByRole('alert')).toContainText("can't be played")
  await tab.close()
})
