import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { interviewQuery, useReschedule, useSchedule } from '@/api/interviews'
import { asProblem, fieldMessages, fieldUnder, leftOver } from '@/api/problem'
import type { Interview } from '@/api/types'
import { hasRole, useSession, useZone } from '@/app/useSession'
import { Button } from '@/ui/Button'
import { Page } from '@/ui/Page'
import { Empty, Loaded, Note, useErrorText } from '@/ui/states'
import { toast } from '@/ui/toast'
import { asProblemFields, draftOf, flaws, inputOf, patchOf } from './draft'
import { HowSection } from './HowSection'
import { useDraft } from './useDraft'
import { WhenSection } from './WhenSection'
import { WhoSection } from './WhoSection'
import './form.css'

const paths = ['positionId', 'candidateId', 'round', 'title', 'startsAt', 'durationMinutes', 'interviewers', 'room', 'questionIds', 'note']

export default function InterviewFormPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const recruiter = hasRole(useSession(), 'recruiter')
  const existing = useQuery({ ...interviewQuery(id), enabled: id !== '', refetchInterval: false, refetchOnWindowFocus: false })
  const title = id ? t('form.editTitle') : t('interview.new')
  const back = id ? { to: `/interviews/${id}`, label: t('form.backToInterview') } : { to: '/interviews', label: t('nav.interviews') }
  return (
    <Page narrow title={title} back={back}>
      {!recruiter && !id ? (
        <Empty title={t('error.forbidden')} />
      ) : id ? (
        <Loaded query={existing}>
          {(interview) => (interview.permissions.edit ? <Form key={interview.version} interview={interview} /> : <Empty title={t('form.notEditable')} />)}
        </Loaded>
      ) : (
        <Form />
      )}
    </Page>
  )
}

function Form({ interview }: { interview?: Interview }) {
  const { t } = useTranslation()
  const zone = useZone()
  const { draft, dispatch, restored, discard, done } = useDraft(interview && draftOf(interview, zone))
  const [tried, setTried] = useState(0)
  const form = useRef<HTMLFormElement>(null)
  const { send, error, busy } = useSend(interview, done)

  // What is missing shows after the first try, and goes as it is filled in.
  const own = tried > 0 ? asProblemFields(flaws(draft, zone, new Date()), (flaw) => t(`form.flaw.${flaw}`)) : {}
  const served = fieldMessages(error)
  const problem = (path: string) => {
    const found = fieldUnder(own, path) ?? fieldUnder(served, path)
    return found?.warning ? undefined : found // warnings stand by the button that overrides them
  }

  useEffect(() => {
    if (tried > 0) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus()
  }, [tried, error])

  function submit(override: boolean) {
    setTried((count) => count + 1)
    if (Object.keys(flaws(draft, zone, new Date())).length > 0) return
    const body = interview ? patchOf(draft, zone, interview.version, override) : inputOf(draft, zone, override)
    send(body)
  }
  function onSubmit(event: FormEvent) {
    event.preventDefault()
    submit(false)
  }

  return (
    <form ref={form} noValidate className="hm-stack" onSubmit={onSubmit}>
      {restored && (
        <Note actions={<Button size="small" onClick={discard}>{t('form.discard')}</Button>}>{t('form.restored')}</Note>
      )}
      <WhoSection draft={draft} dispatch={dispatch} problem={problem} fixed={interview !== undefined} />
      <WhenSection draft={draft} dispatch={dispatch} problem={problem} interviewId={interview?.id} />
      <HowSection draft={draft} dispatch={dispatch} problem={problem} />
      <Trouble error={error} missing={Object.keys(own).length > 0} busy={busy} onOverride={() => submit(true)} />
      <div className="hm-form-foot">
        <Button type="submit" theme="primary" size="large" loading={busy}>
          {interview ? t('form.saveChanges') : t('form.submit')}
        </Button>
        <span className="hm-small hm-muted">{interview ? t('form.editNotice') : t('form.submitNotice')}</span>
      </div>
    </form>
  )
}

type Body = ReturnType<typeof inputOf> | ReturnType<typeof patchOf>

/** Sends a new interview or a change of one, and goes to its page. */
function useSend(interview: Interview | undefined, done: () => void) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const schedule = useSchedule()
  const reschedule = useReschedule(interview?.id ?? '')
  const { error, isPending } = interview ? reschedule : schedule

  function onSuccess(saved: Interview) {
    done()
    toast.success(interview ? t('form.changedToast') : t('form.scheduledToast'))
    // The candidate's link is told once: hand it to the page that shows it.
    void navigate(`/interviews/${saved.id}`, { replace: true, state: { candidateLink: saved.candidateLink } })
  }
  const send = (body: Body) => {
    if (interview) reschedule.mutate(body, { onSuccess })
    else schedule.mutate(body as ReturnType<typeof inputOf>, { onSuccess })
  }
  return { send, error, busy: isPending }
}

function Trouble({ error, missing, busy, onOverride }: { error: unknown; missing: boolean; busy: boolean; onOverride: () => void }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  if (missing) return <Note tone="error">{t('error.fixFields')}</Note>
  if (!error) return null
  const found = asProblem(error)
  if (found.onlyWarnings) {
    return (
      <Note tone="warning" actions={<Button theme="warning" size="small" loading={busy} onClick={onOverride}>{t('form.override')}</Button>}>
        <p>{t('form.overrideText')}</p>
        <ul>
          {found.fields.map(({ path, message }) => (
            <li key={path + message}>{message}</li>
          ))}
        </ul>
      </Note>
    )
  }
  return (
    <Note tone="error" actions={found.status === 409 && <Button size="small" onClick={() => window.location.reload()}>{t('error.reload')}</Button>}>
      {errorText(error)}
      {leftOver(error, paths).map(({ path, message }) => (
        <p key={path}>{message}</p>
      ))}
    </Note>
  )
}
