// @vitest-environment jsdom

import { undo } from '@codemirror/commands'
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { act } from 'react'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadNamespace, changeLanguage, initI18n } from '@/i18n'
import type { RoomInfo, ServerMessageOf, ServerMessage } from '@/room/protocol'
import { RoomSession } from '@/room/session'
import { FakeSocket } from '@/room/socket.testing'
import { welcomeMessage } from '@/room/welcome.testing'
import { stubDialogs } from '@/ui/dialog.testing'
import { RoomContext } from './RoomContext'
import { Workspace } from './Workspace'

const you = { id: 'candidate:0199aa00', name: '李雷', role: 'candidate' as const, color: 1 }
const roomInfo: RoomInfo = {
  interviewId: 'i1',
  title: '后端工程师 一面',
  state: 'open',
  protocol: 1,
  kind: 'builtin',
  socket: '/ws/rooms/i1',
  you,
  company: '星河科技',
}
const candidateWelcome = (): ServerMessageOf<'welcome'> => ({
  ...welcomeMessage({ you: { ...you, can: ['edit', 'run', 'language', 'chat'] }, questions: undefined, waiting: undefined }),
  answer: 'code',
  documents: [{ doc: 'code', version: 0, head: 0, text: '' }],
})

let socket: FakeSocket
let session: RoomSession
const leave = vi.fn()

function renderRoom(greeting: ServerMessage): void {
  session.connect()
  socket.onopen?.()
  socket.receive(greeting)
  render(
    <MemoryRouter>
      <RoomContext value={{ session, roomInfo, leave }}>
        <Workspace />
      </RoomContext>
    </MemoryRouter>,
  )
}

const receiveMessage = (message: ServerMessage) => act(() => socket.receive(message))
const getButton = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name })

beforeAll(async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList
  Element.prototype.scrollIntoView = () => undefined
  stubDialogs()
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }))
  await initI18n()
  await loadNamespace('room')
  await changeLanguage('zh-CN')
})

beforeEach(() => {
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
  leave.mockClear()
  session.close()
})

describe('Workspace', () => {
  it('hides staff controls from a candidate', () => {
    renderRoom(candidateWelcome())
    expect(screen.getByRole('textbox', { name: '代码编辑器' })).toBeTruthy()
    expect(screen.queryByRole('tab', { name: '笔记' })).toBeNull()
    expect(screen.queryByRole('button', { name: '结束面试' })).toBeNull()
    expect(screen.queryByRole('combobox', { name: '题目' })).toBeNull()
    expect(screen.queryByText('切屏与粘贴')).toBeNull()
    receiveMessage({ type: 'knock', participant: { ...you, id: 'other' }, at: '' })
    expect(screen.queryByRole('button', { name: '允许进入' })).toBeNull()
  })

  it('lets staff admit candidates, and confirms before turning away', () => {
    renderRoom(welcomeMessage({ waiting: [], participants: [] }))
    receiveMessage({ type: 'knock', participant: you, at: '2026-11-23T08:00:00.000Z' })
    const banner = within(screen.getByRole('alert'))
    expect(banner.getByText('李雷正在等待进入')).toBeTruthy()
    fireEvent.click(banner.getByRole('button', { name: '允许进入' }))
    expect(socket.sentOfType('admit')).toMatchObject([{ participantId: you.id }])
    fireEvent.click(banner.getByRole('button', { name: '拒绝进入' }))
    expect(socket.sentOfType('turn_away')).toEqual([])
    fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: '返回' }))
    receiveMessage({ type: 'knock_over', participantId: you.id, outcome: 'admitted' })
    expect(screen.queryByText('李雷正在等待进入')).toBeNull()
  })

  it('warns when a candidate who is in the room waits on another device', () => {
    renderRoom(welcomeMessage({ waiting: [], participants: [you] }))
    receiveMessage({ type: 'knock', participant: { ...you, device: 'laptop' }, at: '' })
    const banner = within(screen.getByRole('alert'))
    expect(banner.getByText(/李雷正在另一台设备或浏览器上等待进入/)).toBeTruthy()
    fireEvent.click(banner.getByRole('button', { name: '允许进入' }))
    expect(socket.sentOfType('admit')).toMatchObject([{ participantId: you.id, device: 'laptop' }])
  })

  it('shows whose connection was lost until they return', () => {
    renderRoom(welcomeMessage({ participants: [you] }))
    receiveMessage({ type: 'left', participantId: you.id })
    receiveMessage({ type: 'connection_lost', participantId: you.id, at: new Date().toISOString() })
    expect(screen.getByText('李雷的连接断开了，正在等待重新连接')).toBeTruthy()
    receiveMessage({ type: 'joined', participant: you })
    expect(screen.queryByText(/李雷的连接断开了/)).toBeNull()
  })

  it('previews a question before the candidate sees it', () => {
    const second = { id: 'q2', title: 'LRU 缓存', body: '实现缓存' }
    const greeting = welcomeMessage()
    renderRoom({ ...greeting, questions: [...(greeting.questions ?? []), second] })
    expect(screen.queryByRole('button', { name: '展示给候选人' })).toBeNull()
    fireEvent.click(getButton('下一题'))
    expect(screen.getByRole('heading', { name: 'LRU 缓存' })).toBeTruthy()
    expect(screen.getByText('预览：候选人还看不到这道题')).toBeTruthy()
    expect(socket.sentOfType('problem')).toEqual([])
    fireEvent.click(getButton('展示给候选人'))
    expect(socket.sentOfType('problem')).toMatchObject([{ questionId: 'q2' }])
    expect(screen.queryByText('预览：候选人还看不到这道题')).toBeNull()
  })

  it('marks a question as done, and goes to the next one that is not', () => {
    const others = [{ id: 'q2', title: 'LRU 缓存', body: '实现缓存' }, { id: 'q3', title: '限流器', body: '实现限流' }]
    const greeting = welcomeMessage()
    const first = greeting.question?.id ?? ''
    renderRoom({ ...greeting, questions: [...(greeting.questions ?? []), ...others] })
    const done = getButton('完成')
    expect(done.getAttribute('aria-pressed')).toBe('false')
    fireEvent.click(done)
    expect(socket.sentOfType('question_done')).toMatchObject([{ questionId: first, done: true }])
    receiveMessage({ type: 'progress', progress: [{ questionId: first, done: true, elapsedMs: 65_000 }, { questionId: 'q2', done: true, elapsedMs: 0 }] })
    expect(screen.getByRole('option', { name: '✓ LRU 缓存' })).toBeTruthy()
    expect(screen.getByText('已用 1:05')).toBeTruthy()
    fireEvent.click(getButton('完成'))
    expect(socket.sentOfType('question_done').at(-1)).toMatchObject({ questionId: first, done: false })
    fireEvent.click(getButton('下一题'))
    expect(screen.getByRole('heading', { name: '限流器' })).toBeTruthy()
  })

  it('lists a question that another interviewer has added', () => {
    renderRoom(welcomeMessage())
    receiveMessage({ type: 'question_added', question: { id: 'q9', title: '限流器', body: '实现限流', hints: ['令牌桶'] }, by: 'p2' })
    expect(screen.getByRole('option', { name: '限流器' })).toBeTruthy()
  })

  it('replaces code by starter code after a confirmation only, and undoes it', () => {
    const greeting = welcomeMessage()
    const question = { id: 'q1', title: '两数之和', body: '', starter: { python: 'def two_sum(): ...' } }
    renderRoom({ ...greeting, question, questions: [question] })
    const text = () => session.answer.editor.state.doc.toString()
    const before = text()
    fireEvent.click(getButton('填入初始代码'))
    expect(text()).toBe(before)
    fireEvent.click(getButton('替换'))
    expect(text()).toBe('def two_sum(): ...')
    act(() => void undo(session.answer.editor.view))
    expect(text()).toBe(before)
  })

  it('sends a hint to the chat, and shows none to candidates', () => {
    const greeting = welcomeMessage()
    const question = { ...(greeting.question ?? { id: 'q', title: '', body: '' }), hints: ['想想**哈希表**'], followUps: ['如果数组有序？'] }
    renderRoom({ ...greeting, question })
    expect(screen.queryByRole('button', { name: '把「提示 1」发到聊天' })).toBeNull()
    fireEvent.click(getButton('提示与追问'))
    fireEvent.click(getButton('把「提示 1」发到聊天'))
    expect(socket.sentOfType('chat')).toMatchObject([{ text: '想想**哈希表**' }])
    receiveMessage({ ...greeting, question, you: { ...greeting.you, role: 'candidate', can: ['edit', 'run', 'language', 'chat'] } })
    expect(screen.queryByRole('button', { name: '提示与追问' })).toBeNull()
    expect(screen.queryByRole('button', { name: '题库' })).toBeNull()
    expect(screen.queryByRole('button', { name: '完成' })).toBeNull()
  })

  it.each([
    [true, /连接不上服务器/],
    [false, /网络断开了/],
  ])('tells an unreachable server from a missing network (onLine: %s)', (onLine, text) => {
    const network = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(onLine)
    renderRoom(welcomeMessage())
    act(() => socket.onclose?.({ code: 1006 }))
    expect(screen.getByText(text)).toBeTruthy()
    network.mockRestore()
  })

  it('confirms before ending', () => {
    renderRoom(welcomeMessage())
    fireEvent.click(getButton('结束面试'))
    expect(socket.sentOfType('end')).toEqual([])
    fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: '结束面试' }))
    expect(socket.sentOfType('end')).toHaveLength(1)
  })

  it('is read-only for the candidate after the end', () => {
    renderRoom(candidateWelcome())
    receiveMessage({ type: 'state', state: 'ended', extensionsLeft: 4, startedAt: '2026-11-23T08:00:00.000Z', endedAt: '2026-11-23T08:30:00.000Z', can: [] })
    expect(screen.getByText(/感谢您的参加/).textContent).toContain('星河科技')
    expect(screen.getByText('只读')).toBeTruthy()
    expect(screen.queryByRole('button', { name: '运行' })).toBeNull()
    expect(session.answer.editor.state.readOnly).toBe(true)
  })

  it('links an interviewer to the scorecard after the end', () => {
    renderRoom(welcomeMessage())
    receiveMessage({ type: 'state', state: 'ended', extensionsLeft: 4, can: ['notes_read'] })
    expect(screen.getByRole('link', { name: '填写评价' }).getAttribute('href')).toBe('/interviews/i1/scorecard')
  })

  it('lets each participant leave, which does not end the interview', () => {
    renderRoom(candidateWelcome())
    fireEvent.click(getButton('离开'))
    expect(leave).not.toHaveBeenCalled()
    const dialog = within(screen.getByRole('dialog'))
    expect(dialog.getByText(/面试不会因此结束/)).toBeTruthy()
    fireEvent.click(dialog.getByRole('button', { name: '离开' }))
    expect(leave).toHaveBeenCalledTimes(1)
    expect(socket.sentOfType('end')).toEqual([])
  })

  it('extends the planned end, which the timer shows', () => {
    const welcome = welcomeMessage()
    renderRoom({ ...welcome, now: '2026-11-23T08:00:00.000Z', room: { ...welcome.room, endsAt: '2026-11-23T08:30:00.000Z', extensionsLeft: 1 } })
    expect(screen.getByRole('timer').textContent).toMatch(/还剩 (30:00|29:5\d)/)
    fireEvent.click(getButton('延长 15 分钟'))
    expect(socket.sentOfType('extend')).toHaveLength(1)
    const state = { type: 'state', state: 'open', startedAt: welcome.room.startedAt, can: welcome.you.can } as const
    receiveMessage({ ...state, endsAt: '2026-11-23T08:45:00.000Z', extensionsLeft: 0 })
    expect(screen.getByRole('timer').textContent).toMatch(/还剩 (45:00|44:5\d)/)
    expect(getButton('延长 15 分钟').disabled).toBe(true)
  })

  it('offers to reopen the room for some minutes after the end', () => {
    renderRoom({ ...welcomeMessage(), now: '2026-11-23T08:00:00.000Z' })
    const ended = { type: 'state', state: 'ended', extensionsLeft: 4, can: ['notes_read', 'reopen'] } as const
    receiveMessage({ ...ended, can: [...ended.can], reopenUntil: '2026-11-23T07:59:00.000Z' })
    expect(screen.queryByRole('button', { name: /重新开放/ })).toBeNull()
    receiveMessage({ ...ended, can: [...ended.can], reopenUntil: '2026-11-23T08:10:00.000Z' })
    fireEvent.click(screen.getByRole('button', { name: /重新开放/ }))
    expect(socket.sentOfType('reopen')).toHaveLength(1)
    receiveMessage({ type: 'state', state: 'open', extensionsLeft: 4, can: welcomeMessage().you.can })
    expect(screen.queryByText('面试已结束，面试间变为只读。')).toBeNull()
    expect(session.answer.editor.state.readOnly).toBe(false)
    expect(session.store.getSnapshot().connection).toBe('live')
  })

  it('resizes panes by keyboard, pointer and double click', () => {
    renderRoom(candidateWelcome())
    const separator = screen.getByRole('separator', { name: '调整题目栏宽度' })
    const size = () => separator.getAttribute('aria-valuenow')
    expect(size()).toBe('26')
    fireEvent.keyDown(separator, { key: 'ArrowRight' })
    expect(size()).toBe('28')
    fireEvent.keyDown(separator, { key: 'End' })
    expect(size()).toBe('40')
    const area = separator.parentElement as HTMLElement
    area.getBoundingClientRect = () => new DOMRect(0, 0, 1000, 500)
    let captured = false
    Object.assign(separator, { setPointerCapture: () => (captured = true), hasPointerCapture: () => captured })
    fireEvent(separator, new MouseEvent('pointermove', { bubbles: true, clientX: 300 }))
    expect(size()).toBe('40')
    fireEvent(separator, new MouseEvent('pointerdown', { bubbles: true, clientX: 400 }))
    fireEvent(separator, new MouseEvent('pointermove', { bubbles: true, clientX: 300 }))
    expect(size()).toBe('30')
    expect(area.style.getPropertyValue('--pane-problem')).toBe('30%')
    fireEvent.doubleClick(separator)
    expect(size()).toBe('26')
    const side = screen.getByRole('separator', { name: /聊天/ })
    fireEvent.keyDown(side, { key: 'ArrowLeft' })
    expect(side.getAttribute('aria-valuenow')).toBe('27')
    fireEvent.doubleClick(side)
  })

  it('shows why code cannot be run', () => {
    renderRoom({ ...candidateWelcome(), room: { ...welcomeMessage().room, sandbox: { ready: false, reason: '沙箱还在准备' } }, runs: [] })
    expect(getButton('运行').disabled).toBe(true)
    expect(screen.getByText('不能运行代码：沙箱还在准备')).toBeTruthy()
  })

  it('streams output and offers to stop', () => {
    renderRoom({ ...candidateWelcome(), runs: [] })
    receiveMessage({ type: 'run_started', run: { id: 'r', by: you.id, doc: 'code' as const, version: 0, language: 'python', at: '2026-11-23T08:00:00.000Z' } })
    receiveMessage({ type: 'run_output', runId: 'r', seq: 1, chunks: [{ stream: 'stdout', text: 'half' }] })
    const log = within(screen.getByRole('log', { name: '输出' }))
    expect(log.getByText('half')).toBeTruthy()
    fireEvent.click(getButton('停止'))
    expect(socket.sentOfType('run_stop')).toMatchObject([{ runId: 'r' }])
    const result = { status: 'output_limit', exitCode: -1, wallMs: 900, cpuMs: 800, memoryBytes: 0, truncated: true } as const
    receiveMessage({ type: 'run_finished', runId: 'r', result })
    expect(log.getByText('超过输出上限')).toBeTruthy()
    expect(log.getByText(/后面的部分没有保留/)).toBeTruthy()
    expect(getButton('运行')).toBeTruthy()
  })

  it('shows the position in the queue, and stops a waiting run', () => {
    renderRoom({ ...candidateWelcome(), runs: [] })
    receiveMessage({ type: 'run_started', run: { id: 'r', by: you.id, doc: 'code', version: 0, language: 'python', at: '2026-11-23T08:00:00.000Z' } })
    receiveMessage({ type: 'run_queued', runId: 'r', position: 3 })
    const log = within(screen.getByRole('log', { name: '输出' }))
    expect(log.getByText('排队中，第 3 位')).toBeTruthy()
    fireEvent.click(getButton('停止'))
    expect(socket.sentOfType('run_stop')).toMatchObject([{ runId: 'r' }])
    receiveMessage({ type: 'run_queued', runId: 'r', position: 0 })
    expect(log.getByText('运行中…')).toBeTruthy()
  })

  it.each([
    ['time_limit', 'cpu', '超过时间上限', /CPU 的时间超过上限/],
    ['time_limit', 'compile_wall', '超过时间上限', /编译时间过长/],
    ['exit_error', 'java_no_main', '运行出错', /没有找到 main 方法/],
    ['process_limit', undefined, '超过进程上限', undefined],
    ['lost', undefined, '运行中断', /请重新运行/],
  ] as const)('explains %s by %s', (status, detail, label, note) => {
    renderRoom({ ...candidateWelcome(), runs: [] })
    receiveMessage({ type: 'run_started', run: { id: 'r', by: you.id, version: 0, doc: 'code', language: 'java', at: '2026-11-23T08:00:00.000Z' } })
    receiveMessage({ type: 'run_finished', runId: 'r', result: { status, detail, exitCode: -1, wallMs: 1, cpuMs: 1, memoryBytes: 0, truncated: false } })
    const log = within(screen.getByRole('log', { name: '输出' }))
    expect(log.getByText(label)).toBeTruthy()
    if (note) expect(log.getByText(note)).toBeTruthy()
  })

  it('runs the code in a terminal', async () => {
    renderRoom(candidateWelcome())
    fireEvent.click(getButton('在终端中运行'))
    await vi.waitFor(() => expect(socket.sentOfType('run')).toMatchObject([{ doc: 'code', terminal: { rows: 24, cols: 80 } }]), { timeout: 30_000 })
    expect(socket.sentOfType('run')[0]).not.toHaveProperty('stdin')
  })

  it('opens a shell that the server has', async () => {
    const welcome = candidateWelcome()
    const languages = [...welcome.room.languages, { id: 'bash', name: 'Bash 5.2', shell: true }]
    renderRoom({ ...welcome, room: { ...welcome.room, languages } })
    fireEvent.click(getButton('打开 Shell'))
    fireEvent.click(getButton('Bash 5.2'))
    await vi.waitFor(() => expect(socket.sentOfType('run')).toMatchObject([{ doc: 'code', terminal: { rows: 24, cols: 80 }, shell: 'bash' }]), { timeout: 30_000 })
    expect(screen.queryByRole('button', { name: 'Bash 5.2' })).toBeNull()
  })

  it('offers no shell where there is none', () => {
    renderRoom(candidateWelcome())
    expect(screen.queryByRole('button', { name: '打开 Shell' })).toBeNull()
  })

  it('sends a chat message unchanged, and not by the Enter of an input method', () => {
    renderRoom(welcomeMessage())
    const input = screen.getByRole<HTMLTextAreaElement>('textbox', { name: '聊天消息' })
    const code = '    if x:\n        return 1\n'
    fireEvent.change(input, { target: { value: code } })
    fireEvent.compositionEnd(input)
    fireEvent.keyDown(input, { key: 'Enter', keyCode: 229, isComposing: false }) // Safari
    fireEvent.keyDown(input, { key: 'Enter', isComposing: true })
    expect(socket.sentOfType('chat')).toEqual([])
    fireEvent.keyDown(input, { key: 'Enter', keyCode: 13 })
    expect(socket.sentOfType('chat')).toMatchObject([{ text: code }])
    expect(input.value).toBe('')
  })

  it('keeps a chat message that is too long, with a notice', () => {
    renderRoom(welcomeMessage({ limits: { ...welcomeMessage().limits, chatUnits: 4 } }))
    const input = screen.getByRole<HTMLTextAreaElement>('textbox', { name: '聊天消息' })
    fireEvent.change(input, { target: { value: '😀😀x' } }) // five UTF-16 units
    expect(screen.getByText('最多 4 个字，现在有 5 个，请删减')).toBeTruthy()
    fireEvent.keyDown(input, { key: 'Enter', keyCode: 13 })
    expect(socket.sentOfType('chat')).toEqual([])
    expect(input.value).toBe('😀😀x')
  })

  it('takes standard input up to the limit in bytes', () => {
    renderRoom(candidateWelcome())
    fireEvent.click(getButton('标准输入'))
    const input = screen.getByRole<HTMLTextAreaElement>('textbox', { name: '标准输入' })
    expect(input.maxLength).toBe(-1)
    fireEvent.change(input, { target: { value: 'x'.repeat(49_999) } })
    expect(session.stdin).toHaveLength(49_999)
    expect(screen.queryByText(/请删减/)).toBeNull()
    fireEvent.change(input, { target: { value: '面'.repeat(30_000) } })
    expect(screen.getByText('最多 65536 字节，现在有 90000 字节，请删减')).toBeTruthy()
  })

  it('counts unread chat messages', () => {
    renderRoom(welcomeMessage({ chat: [] }))
    fireEvent.click(screen.getByRole('tab', { name: '人员' }))
    const message = { id: '1', author: you.id, name: you.name, text: '在吗', at: '2026-11-23T08:00:00.000Z', ref: 'r' }
    receiveMessage({ type: 'chat', message })
    expect(screen.getByRole('tab', { name: /聊天/ }).textContent).toContain('1 条未读')
    fireEvent.click(screen.getByRole('tab', { name: /聊天/ }))
    expect(screen.getByRole('tab', { name: /聊天/ }).textContent).toBe('聊天')
  })
})
