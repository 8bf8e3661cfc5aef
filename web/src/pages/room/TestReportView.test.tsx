// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import type { TestReport } from '@/room/protocol'
import { TestReportView } from './TestReportView'

beforeAll(async () => {
  await initI18n()
  await loadNamespace('room')
  await changeLanguage('en')
})
afterEach(cleanup)

const report: TestReport = {
  visible: { passed: 1, total: 5, unjudged: 1 },
  hidden: { passed: 4, total: 6 },
  cases: [
    { number: 1, name: 'empty list', verdict: 'passed', input: '[[]]', expected: '0', actual: '0', cpuMs: 120 },
    { number: 2, verdict: 'failed', input: '1', expected: 'a\nb', actual: 'a\n\u001b[31mc', difference: { line: 2, expected: 'b', actual: '\u001b[31mc' } },
    { number: 4, verdict: 'error', input: '2', expected: '', stderr: 'IndexError', exitCode: 1, truncated: true },
    { number: 5, verdict: 'checker_failed', input: '3', expected: '', checkerError: 'TypeError' },
    { number: 6, verdict: 'failed', input: '4', expected: '', message: 'not a permutation' },
  ],
}

describe('TestReportView', () => {
  it('shows a count of the hidden cases, and each visible case', () => {
    render(<TestReportView report={report} />)
    expect(screen.getByText('Visible cases: 1 of 5 passed')).toBeTruthy()
    expect(screen.getByText('Hidden cases: 4 of 6 passed')).toBeTruthy()
    const rows = screen.getAllByRole('row').slice(1).map((row) => row.textContent)
    expect(rows).toHaveLength(5)
    expect(rows[0]).toContain('1. empty list')
    expect(rows[0]).toContain('Passed')
    expect(rows[1]).toContain('First difference: line 2')
    expect(rows[1]).not.toContain('\u001b')
    expect(rows[2]).toContain('Exit code 1')
    expect(rows[2]).toContain('IndexError')
    expect(rows[3]).toContain('Checker failed')
    expect(rows[3]).toContain('TypeError')
    expect(rows[4]).toContain('not a permutation')
    expect(screen.getByText(/^The checker failed for 1 case/)).toBeTruthy()
    expect(Array.from(document.querySelectorAll('mark'), (mark) => mark.textContent)).toEqual(['b', 'c'])
  })

  it('has no table when all cases are hidden', () => {
    render(<TestReportView report={{ visible: { passed: 0, total: 0 }, hidden: { passed: 6, total: 6 }, cases: [] }} />)
    expect(screen.queryByRole('table')).toBeNull()
    expect(screen.queryByText(/Visible cases/)).toBeNull()
    expect(screen.getByText('Hidden cases: 6 of 6 passed')).toBeTruthy()
  })
})
