import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { appointmentSettingsQuery } from '@/api/appointments'
import { limits } from '@/api/limits'
import type { MeetingKind, ProblemField } from '@/api/types'
import { FieldProblem, TextField } from '@/ui/Field'
import { SegmentedControl } from '@/ui/SegmentedControl'
import type { DraftAction, Draft } from './draft'

interface Props {
  draft: Draft
  dispatch: (by: DraftAction) => void
  problem: (path: string) => ProblemField | undefined
}

const MEETING_KINDS: MeetingKind[] = ['none', 'wecom', 'link']

/** Audio and video meeting, and the URL of one outside WeCom. */
export function MeetingSection({ draft, dispatch, problem }: Props) {
  const { t } = useTranslation()
  const settings = useQuery(appointmentSettingsQuery)
  const kind = draft.meetingKind ?? settings.data?.defaultMeeting ?? ''
  const kindProblem = problem('meeting.kind')
  return (
    <>
      <div className="hm-field">
        <span className="hm-field__label">{t('form.meeting')}</span>
        <SegmentedControl
          label={t('form.meeting')}
          value={kind}
          options={MEETING_KINDS.map((value) => ({ value, label: t(`meeting.${value}`) }))}
          onChange={(meetingKind) => dispatch({ set: { meetingKind } })}
        />
        {kind === 'wecom' && <div className="hm-field__hint">{settings.data?.meetingFailure ?? t('form.meetingHint')}</div>}
        {kindProblem && <FieldProblem problem={kindProblem} />}
      </div>
      {kind === 'link' && (
        <div className="hm-grid">
          <TextField
            type="url"
            inputMode="url"
            label={t('form.meetingUrl')}
            required
            placeholder="https://"
            value={draft.meetingUrl}
            limit={limits.MeetingInput.url}
            problem={problem('meeting.url')}
            onChange={(meetingUrl) => dispatch({ set: { meetingUrl } })}
          />
          <TextField
            label={t('form.meetingCode')}
            value={draft.meetingCode}
            limit={limits.MeetingInput.code}
            problem={problem('meeting.code')}
            onChange={(meetingCode) => dispatch({ set: { meetingCode } })}
          />
        </div>
      )}
    </>
  )
}
