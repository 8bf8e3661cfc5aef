import { useMutation } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { problemsByField } from '@/api/problem'
import type { Criterion, ProblemField, Recommendation, Scorecard, ScorecardDraft, TimedNote } from '@/api/types'
import { limits } from '@/api/limits'
import { formatMoment } from '@/notes/formatMoment'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { AreaField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { Note, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import type { ScorecardContent, AutosaveSnapshot } from './autosave'
import { Autosave } from './autosave'
import { CriterionCard, fieldId, isAnswered, scorePath, type ScoreChange } from './CriterionCard'
import { RatingGroup } from './RatingGroup'
import './scorecard.css'

/** Requests for the draft of one scorecard: by session, or by a signed URL. */
export interface DraftStorage {
  save: (draft: ScorecardDraft) => Promise<Scorecard>
  fetchLatest: () => Promise<Scorecard>
}

/** Requests by session, which alone can submit. */
export interface ScorecardStorage extends DraftStorage {
  submit: (version: number) => Promise<unknown>
}

interface Props {
  scorecard: Scorecard
  zone: string
  onReload: () => void
  /** start of the interview, from which the times of cited moments count */
  startedAt?: string
  /** notes that can be cited; none in a frame without a session */
  notes?: TimedNote[]
}

type Submission =
  | { storage: ScorecardStorage; onSubmitted: () => void }
  /** The page that submits, for a form that saves drafts only. */
  | { storage: DraftStorage; submitUrl: string }

const RECOMMENDATIONS: Recommendation[] = ['strong_no', 'no', 'yes', 'strong_yes']

export function ScorecardForm({ scorecard, zone, onReload, startedAt, notes = [], ...submission }: Props & Submission) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const { storage } = submission
  const { criteria } = scorecard
  const isSubmitted = scorecard.state === 'submitted'
  const [content, setContent] = useState<ScorecardContent>(() => toContent(scorecard))
  const [autosave] = useState(() => new Autosave(scorecard.version, storage.save))
  const saving = useSyncExternalStore(autosave.subscribe, autosave.getSnapshot)
  const [submitAttempted, setSubmitAttempted] = useState(false)
  const [serverProblems, setServerProblems] = useState<Record<string, ProblemField>>({})
  useLeaveGuard(autosave, saving)

  function updateContent(change: Partial<ScorecardContent>) {
    const next = { ...content, ...change }
    setContent(next)
    setServerProblems({})
    autosave.update(next)
  }
  const scoreOf = (key: string) => content.scores.find((one) => one.key === key) ?? { key, score: 0, comment: '' }
  const setScore = (key: string, change: ScoreChange) =>
    updateContent({ scores: criteria.map(({ key: one }) => (one === key ? { ...scoreOf(one), ...change } : scoreOf(one))) })

  const missing = missingFields(criteria, content)
  const problem = (path: string): ProblemField | undefined => {
    if (!submitAttempted || !missing.includes(path)) return serverProblems[path]
    const criterion = criteria.find(({ key }) => scorePath(key) === path)
    return { path, code: 'required', message: criterion ? t(NEEDED[criterion.kind]) : t('scorecards:form.needRecommendation') }
  }

  return (
    <div className="hm-stack">
      {isSubmitted && <Note tone="success">{t('scorecards:form.submittedNote')}</Note>}
      {saving.state === 'conflict' && <ConflictNote autosave={autosave} fetchLatest={storage.fetchLatest} onReload={onReload} />}
      {criteria.map((criterion) => (
        <CriterionCard
          key={criterion.key}
          criterion={criterion}
          score={scoreOf(criterion.key)}
          problem={problem(scorePath(criterion.key))}
          disabled={isSubmitted}
          onChange={(change) => setScore(criterion.key, change)}
          citation={{ interviewId: scorecard.interviewId, notes, formatAt: (at) => formatMoment(at, startedAt, zone) }}
        />
      ))}
      <Card title={t('scorecards:form.overall')}>
        <div className="hm-stack">
          <RatingGroup
            id={fieldId(RECOMMENDATION)}
            label={t('scorecard.recommendation')}
            value={content.recommendation ?? ''}
            disabled={isSubmitted}
            problem={problem(RECOMMENDATION)}
            options={RECOMMENDATIONS.map((value) => ({ value, label: t(`recommend.${value}`), tone: value.endsWith('yes') ? 'good' : 'bad' }))}
            onChange={(recommendation) => updateContent({ recommendation })}
          />
          <AreaField
            label={t('scorecards:form.comment')}
            rows={4}
            disabled={isSubmitted}
            placeholder={t('scorecards:form.commentHint')}
            value={content.comment ?? ''}
            limit={limits.ScorecardDraft.comment}
            onChange={(comment) => updateContent({ comment })}
          />
        </div>
      </Card>
      {!isSubmitted && (
        <div className="hm-card-foot">
          <SaveStatusText saving={saving} scorecard={scorecard} zone={zone} />
          {'submitUrl' in submission ? (
            <SubmitLink url={submission.submitUrl} autosave={autosave} />
          ) : (
            <SubmitButton
              {...{ autosave, saving, missing }}
              submit={submission.storage.submit}
              onSubmitted={submission.onSubmitted}
              onIncomplete={() => setSubmitAttempted(true)}
              onRefused={(error) => setServerProblems(problemsByField(error))}
            />
          )}
        </div>
      )}
    </div>
  )
}

const RECOMMENDATION = 'recommendation'
const NEEDED = { score: 'scorecards:form.needScore', text: 'scorecards:form.needText', choice: 'scorecards:form.needChoice', checklist: 'scorecards:form.needChecklist' } as const

/** The paths of what the server requires for a submission, in the order of the page. */
export function missingFields(criteria: Criterion[], content: ScorecardContent): string[] {
  const paths = criteria
    .filter(({ key, kind, required }) => required && !isAnswered(kind, content.scores.find((one) => one.key === key)))
    .map(({ key }) => scorePath(key))
  return content.recommendation ? paths : [...paths, RECOMMENDATION]
}

/** Scrolls to a field and focuses its first option. */
function focusField(path: string): void {
  const field = document.getElementById(fieldId(path))
  field?.scrollIntoView({ block: 'center' })
  field?.querySelector<HTMLElement>('input, textarea')?.focus({ preventScroll: true })
}

function toContent({ scores, recommendation, comment }: Scorecard): ScorecardContent {
  return { scores, recommendation, comment }
}

/** Opens the page that submits. Input that is not saved yet is saved at once. */
function SubmitLink({ url, autosave }: { url: string; autosave: Autosave }) {
  const { t } = useTranslation(['translation', 'scorecards'])
  return (
    <a
      className="t-button t-button--theme-primary t-button--variant-base t-size-l"
      href={url}
      target="_blank"
      rel="noreferrer noopener"
      onClick={() => void autosave.flush()}
    >
      <span className="t-button__text">{t('scorecards:form.signInToSubmit')}</span>
    </a>
  )
}

interface SubmitProps {
  autosave: Autosave
  saving: AutosaveSnapshot
  missing: string[]
  submit: ScorecardStorage['submit']
  onIncomplete: () => void
  onRefused: (error: unknown) => void
  onSubmitted: () => void
}

function SubmitButton({ autosave, saving, missing, submit, onIncomplete, onRefused, onSubmitted }: SubmitProps) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const [confirming, setConfirming] = useState(false)
  const submitting = useMutation({
    mutationFn: submit,
    onSuccess: () => {
      toast.success(t('scorecards:form.submittedToast'))
      onSubmitted()
    },
    onError: onRefused,
  })

  function handleSubmit() {
    const [first] = missing
    if (first === undefined) return setConfirming(true)
    onIncomplete()
    focusField(first)
  }
  async function handleConfirm() {
    const { state, version } = await autosave.flush()
    if (state !== 'saved') return setConfirming(false)
    submitting.mutate(version)
  }
  return (
    <>
      <Button theme="primary" size="large" disabled={saving.state === 'conflict'} onClick={handleSubmit}>
        {t('scorecards:form.submit')}
      </Button>
      {confirming && (
        <ConfirmDialog
          title={t('scorecards:form.submitTitle')}
          confirmLabel={t('scorecards:form.submit')}
          busy={submitting.isPending}
          error={submitting.error}
          onConfirm={() => void handleConfirm()}
          onClose={() => setConfirming(false)}
        >
          <p>{t('scorecards:form.submitText')}</p>
        </ConfirmDialog>
      )}
    </>
  )
}

function SaveStatusText({ saving, scorecard, zone }: { saving: AutosaveSnapshot; scorecard: Scorecard; zone: string }) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const errorText = useErrorText()
  const { state, version, error } = saving
  const text =
    state === 'refused' ? errorText(error)
    : state !== 'saved' ? t(`scorecards:form.save.${state}`)
    : version === 0 ? t('scorecards:form.save.new')
    : version === scorecard.version && scorecard.updatedAt ? t('scorecards:form.save.savedAt', { time: formatDateTime(scorecard.updatedAt, zone) })
    : t('scorecards:form.save.saved')
  const isError = state === 'failed' || state === 'refused' || state === 'conflict'
  return (
    <span role="status" className={isError ? 'hm-save hm-save--bad' : 'hm-save'}>
      {text}
    </span>
  )
}

function ConflictNote({ autosave, fetchLatest, onReload }: { autosave: Autosave; fetchLatest: ScorecardStorage['fetchLatest']; onReload: () => void }) {
  const { t } = useTranslation(['translation', 'scorecards'])
  const errorText = useErrorText()
  async function handleKeepMine() {
    try {
      await autosave.overwrite((await fetchLatest()).version)
    } catch (err) {
      toast.error(errorText(err))
    }
  }
  const actions = (
    <>
      <Button size="small" theme="primary" onClick={() => void handleKeepMine()}>
        {t('scorecards:form.keepMine')}
      </Button>
      <Button size="small" onClick={onReload}>
        {t('scorecards:form.takeTheirs')}
      </Button>
    </>
  )
  return (
    <Note tone="warning" actions={actions}>
      {t('scorecards:form.conflict')}
    </Note>
  )
}

/** Flushes the draft on unmount, and shows the browser's prompt before a tab with unsaved input is closed. */
function useLeaveGuard(autosave: Autosave, { state }: AutosaveSnapshot) {
  useEffect(() => () => void autosave.flush(), [autosave])
  useEffect(() => {
    if (state === 'saved') return
    const preventUnload = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', preventUnload)
    return () => window.removeEventListener('beforeunload', preventUnload)
  }, [state])
}
