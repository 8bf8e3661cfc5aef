import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { roomKindsQuery } from '@/api/showmebug'
import type { ProblemField, RoomKind } from '@/api/types'
import { limits } from '@/api/limits'
import { Button } from '@/ui/Button'
import { FieldProblem, TextField } from '@/ui/Field'
import { RoomKindPicker } from '@/ui/RoomKindPicker'
import type { DraftAction, Draft } from './draft'
import { interviewerUrls } from './draft'

interface Props {
  draft: Draft
  dispatch: (by: DraftAction) => void
  problem: (path: string) => ProblemField | undefined
}

const ROOM_KINDS: RoomKind[] = ['builtin', 'showmebug', 'link']

/** Room kind, and the URLs of a link room. */
export function RoomSection({ draft, dispatch, problem }: Props) {
  const { t } = useTranslation()
  const rooms = useQuery(roomKindsQuery)
  const kind = draft.roomKind ?? rooms.data?.defaultKind
  const kindProblem = problem('room.kind')
  return (
    <>
      <div className="hm-field">
        <span className="hm-field__label">{t('form.room')}</span>
        <RoomKindPicker
          label={t('form.room')}
          value={kind}
          offered={ROOM_KINDS}
          kinds={rooms.data?.kinds}
          onChange={(roomKind) => dispatch({ set: { roomKind } })}
        />
        {kindProblem && <FieldProblem problem={kindProblem} />}
      </div>
      {kind === 'link' && (
        <>
          <TextField
            type="url"
            inputMode="url"
            label={t('form.roomUrl')}
            required
            placeholder="https://"
            value={draft.roomUrl}
            limit={limits.RoomInput.url}
            problem={problem('room.url')}
            onChange={(roomUrl) => dispatch({ set: { roomUrl } })}
          />
          <InterviewerUrlFields draft={draft} dispatch={dispatch} problem={problem} />
        </>
      )}
    </>
  )
}

/** Optional personal join URLs, for rooms that identify interviewers by their link. */
function InterviewerUrlFields({ draft, dispatch, problem }: Props) {
  const { t } = useTranslation()
  const [expanded, setExpanded] = useState(false)
  const { interviewers, roomAddresses } = draft
  const sentUrls = interviewerUrls(draft)
  if (interviewers.length === 0) return null
  if (!expanded && sentUrls.length === 0) {
    return (
      <div>
        <Button size="small" variant="text" theme="primary" onClick={() => setExpanded(true)}>
          {t('form.ownAddresses')}
        </Button>
      </div>
    )
  }
  // The server reports a URL by its index among those that were sent.
  const urlProblem = (userId: string) => {
    const index = sentUrls.findIndex((one) => one.userId === userId)
    return index < 0 ? undefined : problem(`room.addresses[${index}]`)
  }
  return (
    <fieldset className="hm-interviewer-urls">
      <legend className="hm-field__label">{t('form.ownAddressesTitle')}</legend>
      <div className="hm-field__hint">{t('form.ownAddressesHint')}</div>
      <div className="hm-grid">
        {interviewers.map(({ userId, name }) => (
          <TextField
            key={userId}
            type="url"
            inputMode="url"
            label={name}
            placeholder="https://"
            value={roomAddresses[userId] ?? ''}
            limit={limits.RoomInput.url}
            problem={urlProblem(userId)}
            onChange={(url) => dispatch({ set: { roomAddresses: { ...roomAddresses, [userId]: url } } })}
          />
        ))}
      </div>
    </fieldset>
  )
}
