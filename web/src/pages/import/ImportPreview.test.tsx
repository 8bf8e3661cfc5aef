// @vitest-environment jsdom

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import type { Import } from '@/api/imports'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import { ImportPreview } from './ImportPreview'

// The client of the API keeps the fetch function that it finds when it is loaded.
const server = vi.hoisted(() => {
  const stub = { bodies: [] as unknown[] }
  globalThis.fetch = (async (request: Request) => {
    stub.bodies.push(await request.json())
    return new Response('{}', { status: 200, headers: { 'Content-Type': 'application/json' } })
  }) as typeof fetch
  return stub
})

const issue = (column: string, level: 'notice' | 'warning' | 'error', choice?: 'candidate' | 'position') => ({ column, level, code: column + level, message: column, ...(choice && { choice }) })

const preview: Import = {
  id: 'i1', kind: 'interviews', unknown: [], notes: [], encodings: [], good: 1, warnings: 2, errors: 1, created: 0, newCandidates: 1,
  columns: [{ key: 'name', title: '姓名' }, { key: 'position', title: '职位' }],
  positions: [{ title: 'Go 工程帅', rows: [4], similar: [{ id: 'p1', title: 'Go 工程师', state: 'open' }] }],
  lines: [
    { row: 2, cells: { name: '孙八' }, state: 'good', issues: [issue('name', 'notice')], newCandidate: true },
    { row: 3, cells: { name: '王伟' }, state: 'error', issues: [issue('name', 'error', 'candidate')], candidates: [
      { id: 'c1', name: '王伟', email: 'w1@example.com', mobile: '', positionTitle: 'Go' }, { id: 'c2', name: '王伟', email: '', mobile: '138', positionTitle: '' },
    ] },
    { row: 4, cells: { name: '周艳平', position: 'Go 工程帅' }, state: 'warning', issues: [issue('position', 'warning', 'position')], newCandidate: true },
    { row: 5, cells: { name: '李娜' }, state: 'warning', issues: [issue('name', 'warning')] },
  ],
}

beforeAll(async () => {
  await initI18n()
  await loadNamespace('admin')
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

it('resolves issues by choices, counts new candidates and sends the choices', async () => {
  const user = userEvent.setup()
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ImportPreview preview={preview} encodings={[]} onChooseEncoding={() => undefined} onRestart={() => undefined} onDone={() => undefined} />
    </QueryClientProvider>,
  )
  screen.getByText('1 行可以导入；2 行有警告；1 行有错误，不会导入；将新建 1 位候选人')
  await user.selectOptions(screen.getByLabelText('1 行的职位“Go 工程帅”不存在。您要找的是'), 'Go 工程师')
  screen.getByText('2 行可以导入；1 行有警告；1 行有错误，不会导入；将新建 2 位候选人')
  const row = within(screen.getByRole('row', { name: /王伟/ }))
  await user.selectOptions(row.getByLabelText('第 3 行的候选人'), '新建候选人')
  screen.getByText('3 行可以导入；1 行有警告；将新建 3 位候选人')
  await user.selectOptions(row.getByLabelText('第 3 行的候选人'), '王伟 · 138')
  screen.getByText('3 行可以导入；1 行有警告；将新建 2 位候选人')
  await user.click(screen.getByRole('button', { name: '导入 3 行' }))
  expect(server.bodies).toEqual([{
    acceptWarnings: false, candidates: [{ row: 3, candidateId: 'c2' }], positions: [{ title: 'Go 工程帅', positionId: 'p1' }],
  }])
})
