import type { TestCount, TestReport } from '@/room/protocol'

/** How many cases passed, visible and hidden ones together. */
export function countPassed({ visible, hidden }: TestReport): { passed: number; total: number } {
  return { passed: visible.passed + hidden.passed, total: visible.total + hidden.total }
}

export function allPassed({ passed, total }: TestCount): boolean {
  return passed === total
}
