import { afterEach, expect, test, vi } from 'vitest'
import { askDoor } from './rooms'

afterEach(() => vi.unstubAllGlobals())

const answers = (status: number, body: object) => vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(body), { status })))

test('a room that is elsewhere by now is handed over', async () => {
  const moved = vi.fn()
  answers(200, { interviewId: 'i', kind: 'builtin' })
  expect(await askDoor('i', moved)).toBeUndefined()
  expect(moved).not.toHaveBeenCalled()
  answers(200, { interviewId: 'i', kind: 'link', link: '/go/interviews/i' })
  expect(await askDoor('i', moved)).toBeUndefined()
  expect(moved).toHaveBeenCalledWith({ interviewId: 'i', kind: 'link', link: '/go/interviews/i' })
})

test('whoever may not come in is told', async () => {
  answers(410, { status: 410, code: 'interview.is_cancelled', detail: 'gone' })
  expect(await askDoor('i', vi.fn())).toEqual({ code: 'gone', detail: expect.any(String) })
})
