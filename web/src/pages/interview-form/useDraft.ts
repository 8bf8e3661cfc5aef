import { useEffect, useReducer, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useZone } from '@/app/useSession'
import { nextSlot } from '@/time/zone'
import type { Change, Draft } from './draft'
import { change, emptyDraft } from './draft'

const storageKey = 'huimian.draft.interview'

function stored(): Draft | null {
  try {
    const text = sessionStorage.getItem(storageKey)
    // A draft of an older version may lack fields: take it only when whole.
    const draft = text ? (JSON.parse(text) as Draft) : null
    return draft && Array.isArray(draft.interviewers) && Array.isArray(draft.questions) ? { ...draft, roomAddresses: draft.roomAddresses ?? {} } : null
  } catch {
    return null
  }
}

function keep(draft: Draft | null): void {
  try {
    if (draft) sessionStorage.setItem(storageKey, JSON.stringify(draft))
    else sessionStorage.removeItem(storageKey)
  } catch {
    // Storage is off or full: the draft lives as long as the page.
  }
}

/**
 * The draft of an interview. A new one is kept in the browser's tab, so that
 * neither a reload nor a lost session takes what was typed.
 */
export function useDraft(edited: Draft | undefined) {
  const { t } = useTranslation()
  const zone = useZone()
  const [params] = useSearchParams()
  const titleOf = (draft: Draft) =>
    [draft.candidate?.title, draft.position?.title, draft.position && t('interview.round', { round: draft.round })].filter(Boolean).join(' · ')

  const fresh = () => {
    const slot = nextSlot(new Date(), zone)
    return emptyDraft(params.get('day') ?? slot.day, params.get('clock') ?? slot.clock)
  }
  const [restored, setRestored] = useState(() => !edited && !params.has('day') && stored() !== null)
  const [draft, dispatch] = useReducer(
    (before: Draft, by: Change) => change(before, by, titleOf),
    undefined,
    () => edited ?? (restored ? stored() : null) ?? fresh(),
  )
  const [touched, setTouched] = useState(false)
  useEffect(() => {
    if (!edited && touched) keep(draft)
  }, [edited, touched, draft])

  return {
    draft,
    restored,
    dispatch: (by: Change) => {
      setTouched(true)
      dispatch(by)
    },
    /** Forgets what was typed and begins anew. */
    discard: () => {
      keep(null)
      setRestored(false)
      setTouched(false)
      dispatch({ set: fresh() })
    },
    /** After the server has it. */
    done: () => keep(null),
  }
}
