import { useSearchParams } from 'react-router'
import type { InterviewFilter } from '@/api/interviews'
import { hasActSomewhere, useSession, useTimeZone } from '@/app/useSession'
import type { Day } from '@/time/zone'
import { todayIn } from '@/time/zone'

export type InterviewsView = 'list' | 'day' | 'week'
export type StatusFilter = 'upcoming' | 'ended' | 'cancelled' | 'all'

export interface InterviewFilterState {
  view: InterviewsView
  which: StatusFilter
  scope: 'mine' | 'all'
  q: string
  position: string
  day: Day
  set: (change: Partial<Record<'view' | 'which' | 'scope' | 'q' | 'position' | 'day', string>>) => void
}

function oneOf<T extends string>(value: string | null, allowed: readonly T[], otherwise: T): T {
  return allowed.find((one) => one === value) ?? otherwise
}

/** Filters in the URL, so that a view can be shared. */
export function useInterviewFilter(): InterviewFilterState {
  const [params, setParams] = useSearchParams()
  const session = useSession()
  const zone = useTimeZone()
  const day = params.get('day') ?? ''
  return {
    view: oneOf(params.get('view'), ['list', 'day', 'week'] as const, 'list'),
    which: oneOf(params.get('which'), ['upcoming', 'ended', 'cancelled', 'all'] as const, 'upcoming'),
    scope: oneOf(params.get('scope'), ['mine', 'all'] as const, hasActSomewhere(session, 'read_interviews') ? 'all' : 'mine'),
    q: params.get('q') ?? '',
    position: params.get('position') ?? '',
    day: /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)) ? day : todayIn(zone),
    set: (change) =>
      setParams(
        (before) => {
          for (const [key, value] of Object.entries(change)) {
            if (value) before.set(key, value)
            else before.delete(key)
          }
          return before
        },
        { replace: true },
      ),
  }
}

/**
 * The change of the filter for a search. A search covers past interviews too, unless the user
 * has chosen a state: the default would hide what is searched for most.
 */
export function searchChange(filter: Pick<InterviewFilterState, 'which'>, q: string): { q: string; which?: StatusFilter } {
  return q !== '' && filter.which === 'upcoming' ? { q, which: 'all' } : { q }
}

/** The API query. Upcoming interviews are sorted ascending, past ones descending. */
export function toApiFilter({ which, scope, position }: Pick<InterviewFilterState, 'which' | 'scope' | 'position'>, q: string): InterviewFilter {
  const states = { upcoming: ['scheduled', 'in_progress'], ended: ['ended'], cancelled: ['cancelled'], all: undefined } as const
  return {
    scope,
    state: states[which] && [...states[which]],
    order: which === 'upcoming' ? 'asc' : 'desc',
    q: q || undefined,
    positionId: position || undefined,
  }
}
