import type { Page } from '@playwright/test'

interface ScheduleOptions {
  question?: string
  minutes?: number
  newCandidate?: { name: string; email: string }
}

/**
 * Schedules an interview with a question, in so many minutes, through the API: interview.spec.ts covers the form. The
 * candidate is the first of the list, or a new one: tests that find a candidate by name need a name of their own.
 */
export async function scheduleInterview(page: Page, { question = '两数之和', minutes = 10, newCandidate }: ScheduleOptions = {}): Promise<{ id: string; link: string; candidate: string }> {
  return page.evaluate(async ({ question, minutes, newCandidate }) => {
    const request = async (path: string, body?: unknown) => {
      const init = body ? { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } : {}
      const response = await fetch(path, init)
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as { id: string; items: { id: string; title?: string; name?: string }[]; candidateLink: string }
    }
    const [positions, candidates, questions] = [await request('/api/positions'), await request('/api/candidates'), await request('/api/questions')]
    if (newCandidate) candidates.items = [await request('/api/candidates', { ...newCandidate, positionId: positions.items[0]?.id })]
    const interview = await request('/api/interviews', {
      title: '后端工程师 · 一面',
      positionId: positions.items[0]?.id,
      candidateId: candidates.items[0]?.id,
      round: 1,
      startsAt: new Date(Date.now() + minutes * 60_000).toISOString(),
      durationMinutes: 60,
      timeZone: 'Asia/Shanghai',
      interviewers: ['ZhouHang'],
      room: { kind: 'builtin' },
      questionIds: questions.items.filter(({ title }) => title === question).map(({ id }) => id),
      note: '',
      overrideWarnings: true,
    })
    return { id: interview.id, link: interview.candidateLink, candidate: candidates.items[0]?.name ?? '' }
  }, { question, minutes, newCandidate })
}
