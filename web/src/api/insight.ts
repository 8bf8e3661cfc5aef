import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'
import type { components, operations } from './schema'

export type Insight = components['schemas']['Insight']
export type OwnInsight = components['schemas']['OwnInsight']
export type InsightSummary = components['schemas']['InsightSummary']
export type InsightDurations = components['schemas']['InsightDurations']
export type InsightWeek = components['schemas']['InsightWeek']

export type InsightFigure = operations['listInsightRows']['parameters']['query']['figure']
export type InsightTable = operations['exportInsight']['parameters']['query']['table']

/** Days are those of the company's time zone, the last one included. */
export interface InsightPeriod {
  from: string
  to: string
}

export interface InsightFilter extends InsightPeriod {
  positionId?: string
  /** userid */
  interviewer?: string
}

/** The interviews that a figure counts. */
export interface InsightRowsFilter extends InsightFilter {
  figure: InsightFigure
  round?: number
}

export function insightQuery(filter: InsightFilter) {
  return queryOptions({
    queryKey: ['insight', filter],
    queryFn: () => unwrap(api.GET('/api/insight', { params: { query: filter } })),
    placeholderData: keepPreviousData,
  })
}

export function ownInsightQuery({ from, to }: InsightPeriod) {
  return queryOptions({
    queryKey: ['insight', 'mine', from, to],
    queryFn: () => unwrap(api.GET('/api/insight/mine', { params: { query: { from, to } } })),
    placeholderData: keepPreviousData,
  })
}

/** How far the interviewers agree on each criterion. */
export function insightAgreementQuery(filter: InsightFilter) {
  return queryOptions({
    queryKey: ['insight', 'agreement', filter],
    queryFn: async () => (await unwrap(api.GET('/api/insight/agreement', { params: { query: filter } }))).criteria,
    placeholderData: keepPreviousData,
  })
}

export function insightRowPagesQuery(filter: InsightRowsFilter) {
  return infiniteQueryOptions({
    queryKey: ['interviews', 'insight', filter],
    queryFn: ({ pageParam }) => unwrap(api.GET('/api/insight/rows', { params: { query: { ...filter, limit: 30, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor || undefined,
  })
}

/** The URL of the table of a chart as a CSV file. */
export function insightExportURL(filter: InsightFilter, table: InsightTable): string {
  const query = new URLSearchParams(Object.entries({ ...filter, table }).filter(([, value]) => value))
  return `/api/insight/export?${query.toString()}`
}
