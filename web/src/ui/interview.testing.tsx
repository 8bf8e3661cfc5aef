import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { MemoryRouter } from 'react-router'
import type { Act, Interview, Interviewer, Role, Session } from '@/api/types'
import { SessionContext } from '@/app/useSession'

/** An interviewer with a response, named as the id. */
export function newInterviewer(userId: string, response: Interviewer['response'], responseReason?: string): Interviewer {
  return { userId, name: userId, response, responseReason, scorecard: 'none', notified: 'sent' }
}

/** A scheduled interview that starts in an hour. */
export function newInterview(change: Partial<Interview> = {}): Interview {
  return {
    id: 'i1', title: '赵一鸣 · 后端工程师 · 第 1 轮', round: 1, state: 'scheduled', version: 1,
    startsAt: new Date(Date.now() + 3_600_000).toISOString(), endsAt: new Date(Date.now() + 7_200_000).toISOString(),
    durationMinutes: 60, timeZone: 'Asia/Shanghai',
    position: { id: 'p', title: '后端工程师' }, candidate: { id: 'c', name: '赵一鸣' }, organizer: { userId: '林悦', name: '林悦' },
    room: { kind: 'builtin', state: 'ready' }, meeting: { kind: 'none' }, questions: [], candidateLinkState: 'none', interviewers: [],
    permissions: { edit: false, cancel: false, respond: false, enter: false, start: false, end: false, link: false, evaluate: false, decide: false },
    ...change,
  } as unknown as Interview
}

// The server's table of roles and acts: | act | administrator | …, then | `read_interviews` | all | …
const cells = readFileSync(join(import.meta.dirname, '../../../docs/roles.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| act |') || line.startsWith('| `'))
  .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))

/** The acts that a role has in the whole company. */
function actsOf(role: Role): Act[] {
  const column = cells[0]?.indexOf(role) ?? -1
  return cells.filter((row) => row[column] === 'all').map(([name = '']) => name.replaceAll('`', '') as Act)
}

export function newSession(userId: string, ...roles: Role[]): Session {
  return {
    user: { userId, name: userId }, roles, acts: roles.flatMap(actsOf), managedActs: [], corp: { name: '云杉科技', timeZone: 'Asia/Shanghai' },
    features: { mail: { configured: true }, wecom: { state: 'ok' }, sending: { paused: false } },
  } as unknown as Session
}

/** A client whose data stays as set. */
export function newQueryClient(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } })
}

/** The providers of a page. */
export function PageProviders({ session, client, path = '/', children }: { session: Session; client?: QueryClient; path?: string; children: ReactNode }) {
  return (
    <QueryClientProvider client={client ?? newQueryClient()}>
      <SessionContext value={session}>
        <MemoryRouter initialEntries={[path]}>{children}</MemoryRouter>
      </SessionContext>
    </QueryClientProvider>
  )
}
