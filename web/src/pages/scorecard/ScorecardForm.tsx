import { useMutation } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { Criterion, Recommendation, Scorecard, ScorecardDraft } from '@/api/types'
import { formatMoment } from '@/time/format'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Confirm'
import { AreaField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { Note, useErrorText } from '@/ui/states'
import { toast } from '@/ui/toast'
import type { Content, Snapshot } from './autosave'
import { Autosave } from './autosave'
import { Marks } from './Marks'
import './scorecard.css'

/** Where the scorecard is kept: behind the session, or behind a signed address. */
export interface Keeping {
  save: (draft: ScorecardDraft) => Promise<Scorecard>
  submit: (version: number) => Promise<unknown>
  newest: () => Promise<Scorecard>
}

interface Props {
  scorecard: Scorecard
  zone: string
  keeping: Keeping
  reload: () => void
  onSubmitted: () => void
}

const recommendations: Recommendation[] = ['strong_no', 'no', 'yes', 'strong_yes']

export function ScorecardForm({ scorecard, zone, keeping, reload, onSubmitted }: Props) {
  const { t } = useTranslation()
  const { criteria } = scorecard
  const done = scorecard.state === 'submitted'
  const [content, setContent] = useState<Content>(() => contentOf(scorecard))
  const [autosave] = useState(() => new Autosave(scorecard.version, keeping.save))
  const saving = useSyncExternalStore(autosave.subscribe, autosave.current)
  const [tried, setTried] = useState(false)
  const missing = tried && !content.recommendation
  useUnsavedGuard(autosave, saving)

  function write(change: Partial<Content>) {
    const next = { ...content, ...change }
    setContent(next)
    autosave.write(next)
  }
  const scoreOf = (key: string) => content.scores.find((one) => one.key === key) ?? { key, score: 0, comment: '' }
  const setScore = (key: string, change: { score?: number; comment?: string }) =>
    write({ scores: criteria.map(({ key: one }) => (one === key ? { ...scoreOf(one), ...change } : scoreOf(one))) })

  return (
    <div className="hm-stack">
      {done && <Note tone="success">{t('scorecard.submittedNote')}</Note>}
      {saving.state === 'conflict' && <Conflict autosave={autosave} newest={keeping.newest} reload={reload} />}
      {criteria.map((criterion) => (
        <CriterionCard
          key={criterion.key}
          criterion={criterion}
          score={scoreOf(criterion.key)}
          disabled={done}
          onChange={(change) => setScore(criterion.key, change)}
        />
      ))}
      <Card title={t('scorecard.overall')}>
        <div className="hm-stack" id="hm-overall">
          <Marks
            label={t('scorecard.recommendation')}
            value={content.recommendation ?? ''}
            disabled={done}
            problem={missing ? { path: 'recommendation', code: 'required', message: t('scorecard.needRecommendation') } : undefined}
            options={recommendations.map((value) => ({ value, label: t(`recommend.${value}`), tone: value.endsWith('yes') ? 'good' : 'bad' }))}
            onChange={(recommendation) => write({ recommendation })}
          />
          <AreaField
            label={t('scorecard.comment')}
            rows={4}
            disabled={done}
            placeholder={t('scorecard.commentHint')}
            value={content.comment ?? ''}
            onChange={(comment) => write({ comment })}
          />
        </div>
      </Card>
      {!done && (
        <Foot
          {...{ autosave, saving, scorecard, zone, content, onSubmitted }}
          submit={keeping.submit}
          onIncomplete={() => setTried(true)}
        />
      )}
    </div>
  )
}

function contentOf({ scores, recommendation, comment }: Scorecard): Content {
  return { scores, recommendation, comment }
}

interface CriterionProps {
  criterion: Criterion
  score: { score: number; comment?: string }
  disabled: boolean
  onChange: (change: { score?: number; comment?: string }) => void
}

function CriterionCard({ criterion, score, disabled, onChange }: CriterionProps) {
  const { t } = useTranslation()
  const marks = ['1', '2', '3', '4'] as const
  return (
    <Card title={criterion.title}>
      <div className="hm-stack hm-criterion">
        {criterion.hint && <p className="hm-small hm-muted">{criterion.hint}</p>}
        <Marks
          label={t('scorecard.scoreOf', { title: criterion.title })}
          value={score.score ? String(score.score) : ''}
          disabled={disabled}
          options={marks.map((value) => ({ value, label: t(`score.${value}`), big: value }))}
          onChange={(value) => onChange({ score: Number(value) })}
        />
        <AreaField
          bare
          label={t('scorecard.evidenceFor', { title: criterion.title })}
          rows={2}
          disabled={disabled}
          placeholder={t('scorecard.evidenceHint')}
          value={score.comment ?? ''}
          onChange={(comment) => onChange({ comment })}
        />
      </div>
    </Card>
  )
}

interface FootProps {
  autosave: Autosave
  saving: Snapshot
  scorecard: Scorecard
  zone: string
  content: Content
  submit: Keeping['submit']
  onIncomplete: () => void
  onSubmitted: () => void
}

function Foot({ autosave, saving, scorecard, zone, content, submit, onIncomplete, onSubmitted }: FootProps) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  const submitting = useMutation({
    mutationFn: submit,
    onSuccess: () => {
      toast.success(t('scorecard.submittedToast'))
      onSubmitted()
    },
  })
  const unjudged = scorecard.criteria.filter(({ key }) => !content.scores.find((one) => one.key === key)?.score)

  function ask() {
    if (content.recommendation) return setAsking(true)
    onIncomplete()
    document.getElementById('hm-overall')?.scrollIntoView({ block: 'center' })
  }
  async function send() {
    const { state, version } = await autosave.flush()
    if (state !== 'saved') return setAsking(false)
    submitting.mutate(version)
  }
  return (
    <div className="hm-card-foot">
      <SaveWords saving={saving} scorecard={scorecard} zone={zone} />
      <Button theme="primary" size="large" disabled={saving.state === 'conflict'} onClick={ask}>
        {t('scorecard.submit')}
      </Button>
      {asking && (
        <Confirm
          title={t('scorecard.submitTitle')}
          confirm={t('scorecard.submit')}
          busy={submitting.isPending}
          error={submitting.error}
          onConfirm={() => void send()}
          onClose={() => setAsking(false)}
        >
          <p>{t('scorecard.submitText')}</p>
          {unjudged.length > 0 && (
            <Note tone="warning">{t('scorecard.unjudged', { titles: unjudged.map(({ title }) => title).join('、') })}</Note>
          )}
        </Confirm>
      )}
    </div>
  )
}

function SaveWords({ saving, scorecard, zone }: { saving: Snapshot; scorecard: Scorecard; zone: string }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const { state, version, error } = saving
  const words =
    state === 'refused' ? errorText(error)
    : state !== 'saved' ? t(`scorecard.save.${state}`)
    : version === 0 ? t('scorecard.save.new')
    : version === scorecard.version && scorecard.updatedAt ? t('scorecard.save.savedAt', { time: formatMoment(scorecard.updatedAt, zone) })
    : t('scorecard.save.saved')
  const bad = state === 'failed' || state === 'refused' || state === 'conflict'
  return (
    <span role="status" className={bad ? 'hm-save hm-save--bad' : 'hm-save'}>
      {words}
    </span>
  )
}

function Conflict({ autosave, newest, reload }: { autosave: Autosave; newest: Keeping['newest']; reload: () => void }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  async function keepMine() {
    try {
      await autosave.overwrite((await newest()).version)
    } catch (err) {
      toast.error(errorText(err))
    }
  }
  const actions = (
    <>
      <Button size="small" theme="primary" onClick={() => void keepMine()}>
        {t('scorecard.keepMine')}
      </Button>
      <Button size="small" onClick={reload}>
        {t('scorecard.takeTheirs')}
      </Button>
    </>
  )
  return (
    <Note tone="warning" actions={actions}>
      {t('scorecard.conflict')}
    </Note>
  )
}

/** Sends on leaving the page, and has the browser ask before a tab with unsaved words is closed. */
function useUnsavedGuard(autosave: Autosave, { state }: Snapshot) {
  useEffect(() => () => void autosave.flush(), [autosave])
  useEffect(() => {
    if (state === 'saved') return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [state])
}
