import { useEffect, useReducer, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { Interview } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { proposeSlot } from '@/time/zone'
import type { DraftAction, Draft } from './draft'
import { reduceDraft, emptyDraft, nextRoundDraft } from './draft'

const storageKey = 'huimian.draft.interview'

function loadStoredDraft(): Draft | null {
  try {
    const text = sessionStorage.getItem(storageKey)
    // A draft stored by an older version may lack fields: use it only when complete.
    const draft = text ? (JSON.parse(text) as Draft) : null
    return draft && Array.isArray(draft.interviewers) && Array.isArray(draft.questions) ? { ...emptyDraft(draft.day, draft.clock), ...draft } : null
  } catch {
    return null
  }
}

function storeDraft(draft: Draft | null): void {
  try {
    if (draft) sessionStorage.setItem(storageKey, JSON.stringify(draft))
    else sessionStorage.removeItem(storageKey)
  } catch {
    // Storage is unavailable or full: the draft is kept in memory only.
  }
}

/**
 * The draft of an interview. A new draft is kept in sessionStorage, so that
 * neither a reload nor an expired session loses the input. After a previous
 * interview it is the draft of the candidate's next round.
 */
export function useDraft(initial: Draft | undefined, previous: Interview | undefined) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const [params] = useSearchParams()
  const titleOf = (draft: Draft) =>
    [draft.candidate?.title, draft.position?.title, draft.position && t('interview.round', { round: draft.round })].filter(Boolean).join(' · ')

  const createDraft = () => {
    const slot = proposeSlot(new Date(), zone)
    const [day, clock] = [params.get('day') ?? slot.day, params.get('clock') ?? slot.clock]
    if (!previous) return { ...emptyDraft(day, clock), offered: params.get('mode') === 'offer' }
    const draft = nextRoundDraft(previous, day, clock)
    return { ...draft, title: titleOf(draft) }
  }
  const [restored, setRestored] = useState(() => !initial && !previous && !params.has('day') && !params.has('mode') && loadStoredDraft() !== null)
  const [draft, dispatch] = useReducer(
    (before: Draft, by: DraftAction) => reduceDraft(before, by, titleOf),
    undefined,
    () => initial ?? (restored ? loadStoredDraft() : null) ?? createDraft(),
  )
  const [touched, setTouched] = useState(false)
  useEffect(() => {
    if (!initial && touched) storeDraft(draft)
  }, [initial, touched, draft])

  return {
    draft,
    restored,
    dispatch: (by: DraftAction) => {
      setTouched(true)
      dispatch(by)
    },
    /** Discards the stored draft and starts with an empty one. */
    discard: () => {
      storeDraft(null)
      setRestored(false)
      setTouched(false)
      dispatch({ set: createDraft() })
    },
    /** Removes the stored draft after it was submitted. */
    done: () => storeDraft(null),
  }
}
