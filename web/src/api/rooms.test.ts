import { afterEach, expect, test, vi } from 'vitest'
import { checkRoomAccess } from './rooms'

afterEach(() => vi.unstubAllGlobals())

const stubResponse = (status: number, body: object) => vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(body), { status })))

test('checkRoomAccess reports a room that has moved', async () => {
  const moved = vi.fn()
  stubResponse(200, { interviewId: 'i', kind: 'builtin' })
  expect(await checkRoomAccess('i', moved)).toBeUndefined()
  expect(moved).not.toHaveBeenCalled()
  stubResponse(200, { interviewId: 'i', kind: 'link', link: '/go/interviews/i' })
  expect(await checkRoomAccess('i', moved)).toBeUndefined()
  expect(moved).toHaveBeenCalledWith({ interviewId: 'i', kind: 'link', link: '/go/interviews/i' })
})

test('checkRoomAccess returns the error of a denied request', async () => {
  stubResponse(410, { status: 410, code: 'interview.is_cancelled', detail: 'gone' })
  expect(await checkRoomAccess('i', vi.fn())).toEqual({ code: 'gone', detail: expect.any(String) })
})
