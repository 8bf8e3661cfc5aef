import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { interviewQuery, useUpdateInterview, useScheduleInterview } from '@/api/interviews'
import { useCreateOffer } from '@/api/offers'
import { toProblem, problemsByField, problemForField, unmatchedProblems } from '@/api/problem'
import type { Interview } from '@/api/types'
import { hasAct, useSession, useTimeZone } from '@/app/useSession'
import { Button } from '@/ui/Button'
import { OwnInterviewsRedirect } from '@/ui/OwnInterviews'
import { Page } from '@/ui/Page'
import { WarningsNote } from '@/ui/WarningsNote'
import { EmptyState, QueryContent, Note, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { toProblemFields, draftFromInterview, validateDraft, toInterviewInput, toInterviewPatch, toOfferInput, type Draft } from './draft'
import { DetailsSection } from './DetailsSection'
import { useDraft } from './useDraft'
import { TimeSection } from './TimeSection'
import { CandidateSection } from './CandidateSection'
import './form.css'

const FIELD_PATHS = ['positionId', 'candidateId', 'round', 'title', 'startsAt', 'slots', 'expiresAt', 'durationMinutes', 'interviewers', 'room', 'meeting', 'questionIds', 'note']

export default function InterviewFormPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const recruiter = hasAct(useSession(), 'schedule_interviews')
  const [params] = useSearchParams()
  const after = params.get('after') ?? ''
  const given = id || after
  const existing = useQuery({ ...interviewQuery(given), enabled: given !== '', refetchInterval: false, refetchOnWindowFocus: false, refetchOnMount: 'always' })
  const title = id ? t('form.editTitle') : t('interview.new')
  const back = id ? { to: `/interviews/${id}`, label: t('form.backToInterview') } : { to: '/interviews', label: t('nav.interviews') }
  // WeCom's menu of the application is the same for all members.
  if (!recruiter && !id) return <OwnInterviewsRedirect />
  return (
    <Page narrow title={title} back={back}>
      {id ? (
        <QueryContent query={existing}>
          {(interview) => existing.isFetchedAfterMount && (interview.permissions.edit ? <InterviewForm interview={interview} /> : <EmptyState title={t('form.notEditable')} />)}
        </QueryContent>
      ) : after ? (
        <QueryContent query={existing}>{(previous) => <InterviewForm previous={previous} />}</QueryContent>
      ) : (
        <InterviewForm />
      )}
    </Page>
  )
}

function InterviewForm({ interview: loaded, previous }: { interview?: Interview; previous?: Interview }) {
  const { t } = useTranslation()
  // The version that is edited: a newer one neither replaces the edits nor is overwritten by them.
  const [interview] = useState(loaded)
  const zone = useTimeZone()
  const { draft, dispatch, restored, discard, done } = useDraft(interview && draftFromInterview(interview, zone), previous)
  const [submitAttempts, setSubmitAttempts] = useState(0)
  const form = useRef<HTMLFormElement>(null)
  const submission = useSubmitInterview(interview, done)
  const offering = useSubmitOffer(done)
  const { send, error, busy } = draft.offered ? offering : submission

  // Missing fields are shown after the first submit and removed as they are filled.
  const draftProblems = submitAttempts > 0 ? toProblemFields(validateDraft(draft, zone, new Date()), (error) => t(`form.error.${error}`)) : {}
  const serverProblems = problemsByField(error)
  const fieldProblem = (path: string) => {
    const found = problemForField(draftProblems, path) ?? problemForField(serverProblems, path)
    return found?.warning ? undefined : found // warnings are shown next to the override button
  }

  useEffect(() => {
    if (submitAttempts > 0) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus()
  }, [submitAttempts, error])

  function submit(override: boolean) {
    setSubmitAttempts((count) => count + 1)
    if (Object.keys(validateDraft(draft, zone, new Date())).length > 0) return
    send(draft, override)
  }
  function handleSubmit(event: FormEvent) {
    event.preventDefault()
    submit(false)
  }

  return (
    <form ref={form} noValidate className="hm-stack" onSubmit={handleSubmit}>
      {restored && (
        <Note actions={<Button size="small" onClick={discard}>{t('form.discard')}</Button>}>{t('form.restored')}</Note>
      )}
      <CandidateSection draft={draft} dispatch={dispatch} problem={fieldProblem} fixed={interview !== undefined} />
      <TimeSection draft={draft} dispatch={dispatch} problem={fieldProblem} interviewId={interview?.id} />
      <DetailsSection draft={draft} dispatch={dispatch} problem={fieldProblem} />
      <SubmitError overrideLabel={draft.offered ? t('offers.accept') : t('form.override')} error={error} missing={Object.keys(draftProblems).length > 0} busy={busy} onOverride={() => submit(true)} />
      <div className="hm-form-foot">
        <Button type="submit" theme="primary" size="large" loading={busy}>
          {interview ? t('form.saveChanges') : draft.offered ? t('form.submitOffer') : t('form.submit')}
        </Button>
        <span className="hm-small hm-muted">{interview ? t('form.editNotice') : draft.offered ? t('form.offerNotice') : t('form.submitNotice')}</span>
      </div>
    </form>
  )
}

/** Creates or updates the interview and navigates to its page. */
function useSubmitInterview(interview: Interview | undefined, clearStoredDraft: () => void) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const zone = useTimeZone()
  const schedule = useScheduleInterview()
  const reschedule = useUpdateInterview(interview?.id ?? '')
  const { error, isPending } = interview ? reschedule : schedule

  function handleSuccess(saved: Interview) {
    clearStoredDraft()
    toast.success(interview ? t('form.changedToast') : t('form.scheduledToast'))
    // The candidate link is returned only once: pass it to the interview page.
    void navigate(`/interviews/${saved.id}`, { replace: true, state: { candidateLink: saved.candidateLink } })
  }
  const send = (draft: Draft, override: boolean) => {
    if (interview) reschedule.mutate(toInterviewPatch(draft, zone, interview.version, override), { onSuccess: handleSuccess })
    else schedule.mutate(toInterviewInput(draft, zone, override), { onSuccess: handleSuccess })
  }
  return { send, error, busy: isPending }
}

/** Creates an offer and navigates to its page. */
function useSubmitOffer(clearStoredDraft: () => void) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const zone = useTimeZone()
  const create = useCreateOffer()
  const send = (draft: Draft, override: boolean) =>
    create.mutate(toOfferInput(draft, zone, override), {
      onSuccess: ({ id, url }) => {
        clearStoredDraft()
        toast.success(t('form.offeredToast'))
        void navigate(`/offers/${id}`, { replace: true, state: { link: url } })
      },
    })
  return { send, error: create.error, busy: create.isPending }
}

function SubmitError({ overrideLabel, error, missing, busy, onOverride }: { overrideLabel: string; error: unknown; missing: boolean; busy: boolean; onOverride: () => void }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  if (missing) return <Note tone="error">{t('error.fixFields')}</Note>
  if (!error) return null
  const problem = toProblem(error)
  if (problem.onlyWarnings) {
    return (
      <WarningsNote warnings={problem.fields} overrideLabel={overrideLabel} busy={busy} onOverride={onOverride}>
        <p>{t('form.overrideText')}</p>
      </WarningsNote>
    )
  }
  return (
    <Note tone="error" actions={problem.status === 409 && <Button size="small" onClick={() => window.location.reload()}>{t('error.reload')}</Button>}>
      {errorText(error)}
      {unmatchedProblems(error, FIELD_PATHS).map(({ path, message }) => (
        <p key={path}>{message}</p>
      ))}
    </Note>
  )
}
