// @vitest-environment jsdom

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { loadNamespace, changeLanguage, initI18n } from '@/i18n'
import type { RoomInfo, ServerMessage } from '@/room/protocol'
import { RoomSession } from '@/room/session'
import { FakeSocket } from '@/room/socket.testing'
import { welcomeMessage } from '@/room/welcome.testing'
import { Lobby } from './Lobby'
import { RoomContext } from './RoomContext'

const you = { id: 'candidate:0199aa00', name: '李雷', role: 'candidate' as const, color: 1 }
const roomInfo: RoomInfo = {
  interviewId: 'i1',
  title: '后端工程师 一面',
  state: 'lobby',
  protocol: 1,
  kind: 'builtin',
  you,
  startsAt: '2026-11-23T08:00:00Z',
  lobbyOpensAt: '2026-11-23T07:45:00Z',
  timeZone: 'Asia/Shanghai',
}

let socket: FakeSocket
let session: RoomSession

/** Renders the lobby at a time of the server. */
function renderLobby(now: string, staff: boolean, delay?: RoomInfo['delay']): void {
  session.connect()
  socket.onopen?.()
  socket.receive({ type: 'waiting', now, room: welcomeMessage().room, you: { ...you, can: [] }, staff })
  render(
    <MemoryRouter>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })}>
        <RoomContext value={{ session, roomInfo: { ...roomInfo, delay }, leave: () => undefined }}>
          <Lobby />
        </RoomContext>
      </QueryClientProvider>
    </MemoryRouter>,
  )
}

const receiveMessage = (message: ServerMessage) => act(() => socket.receive(message))

beforeAll(async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList
  await initI18n()
  await loadNamespace('room')
  await changeLanguage('zh-CN')
})

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  socket = new FakeSocket()
  session = new RoomSession({
    createSocket: () => socket,
    checkAccess: () => Promise.resolve(undefined),
    labels: { code: '代码编辑器', notes: '私密笔记', notesHint: '' },
    onNotice: () => undefined,
  })
})

afterEach(() => {
  cleanup()
  session.close()
  vi.useRealTimers()
})

it('invites to come back while it is too early, until the lobby opens', () => {
  renderLobby('2026-11-23T07:44:00Z', false)
  expect(screen.getByRole('heading', { name: '连接正常，可以按时参加面试' })).toBeTruthy()
  expect(screen.getByText(/现在还不会通知面试官.*:45 之后再打开/)).toBeTruthy()
  act(() => void vi.advanceTimersByTime(61_000))
  expect(screen.getByRole('heading', { name: '请稍候，面试官会让您进入' })).toBeTruthy()
  expect(screen.getByText(/面试官还没有进入面试间/)).toBeTruthy()
  expect(screen.getByText(/面试计划在 .*:00 开始/)).toBeTruthy()
})

it('shows whether an interviewer is in the room', () => {
  renderLobby('2026-11-23T07:20:00Z', true)
  expect(screen.getByText(/面试官已在面试间里/)).toBeTruthy()
  receiveMessage({ type: 'lobby', staff: false })
  expect(screen.queryByText(/面试官已在面试间里/)).toBeNull()
  receiveMessage({ type: 'lobby', staff: true })
  expect(screen.getByText(/面试官已在面试间里/)).toBeTruthy()
})

it('shows when a late interviewer is expected', () => {
  renderLobby('2026-11-23T07:50:00Z', false, { minutes: 10, expectedAt: '2026-11-23T08:10:00Z', all: true })
  expect(screen.getByText(/面试官会晚到约 10 分钟，预计 .*:10 开始/)).toBeTruthy()
})

it('shows that one of several interviewers is late', () => {
  renderLobby('2026-11-23T07:50:00Z', false, { minutes: 5, expectedAt: '2026-11-23T08:05:00Z', all: false })
  expect(screen.getByText(/有一位面试官会晚到约 5 分钟，预计 .*:05 到/)).toBeTruthy()
})
