import { describe, expect, it } from 'vitest'
import { toProblem, problemsByField, problemForField, unmatchedProblems, Problem, parseProblem } from './problem'

const field = (path: string, warning = false) => ({ path, code: 'x', message: `about ${path}`, warning })

describe('parseProblem', () => {
  it('reads a problem document', async () => {
    const body = { type: 'about:blank', title: 'x', status: 422, code: 'error.fields', detail: '请修改', requestId: 'r1', errors: [field('title')] }
    const problem = await parseProblem(new Response(JSON.stringify(body), { status: 422 }))
    expect(problem).toMatchObject({ status: 422, code: 'error.fields', message: '请修改', requestId: 'r1' })
    expect(problem.fields).toHaveLength(1)
  })

  it.each(['<html>502</html>', '{"error":"no"}', ''])('creates a Problem from other responses: %s', async (body) => {
    expect(await parseProblem(new Response(body, { status: 502 }))).toMatchObject({ status: 502, code: 'client.http_502', message: '' })
  })
})

describe('toProblem', () => {
  it('distinguishes network errors from unexpected ones', () => {
    expect(toProblem(new TypeError('Failed to fetch')).code).toBe('client.offline')
    expect(toProblem('what').code).toBe('client.unexpected')
  })
})

describe('fields', () => {
  const err = new Problem(422, 'error.fields', '', [field('interviewers[1]', true), field('interviewers[1]'), field('room.url'), field('round')])

  it('problemForField finds a field and its elements, errors before warnings', () => {
    const found = problemsByField(err)
    expect(problemForField(found, 'interviewers')).toMatchObject({ path: 'interviewers[1]', warning: false })
    expect(problemForField(found, 'room')?.path).toBe('room.url')
    expect(problemForField(found, 'roo')).toBeUndefined()
  })

  it('unmatchedProblems returns those without a field', () => {
    expect(unmatchedProblems(err, ['interviewers', 'room']).map(({ path }) => path)).toEqual(['round'])
  })

  it('onlyWarnings is false with any error', () => {
    expect(err.onlyWarnings).toBe(false)
    expect(new Problem(409, 'x', '', [field('interviewers[0]', true)]).onlyWarnings).toBe(true)
    expect(new Problem(409, 'x', '').onlyWarnings).toBe(false)
  })
})
