import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { calibrationQuery, useCreateCalibration, useUpdateCalibration, type CalibrationExercise, type CalibrationInput } from '@/api/calibration'
import { interviewPagesQuery, interviewQuery } from '@/api/interviews'
import { problemsByField, unmatchedProblems } from '@/api/problem'
import { templateVersionsQuery } from '@/api/scorecardTemplates'
import type { Interview, ProblemField } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDate } from '@/time/format'
import { addDays, toInstant, toWallClock, todayIn } from '@/time/zone'
import { Button, ButtonLink } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { DateField } from '@/ui/DateField'
import { AreaField, SelectField, TextField } from '@/ui/Field'
import { Note, QueryContent, useErrorText } from '@/ui/feedback'
import { Card, Page } from '@/ui/Page'
import { TimeField } from '@/ui/TimeField'
import { MemberPicker } from '../positions/MemberPicker'
import './calibration.css'

interface Rater {
  userId: string
  name: string
}

/** Creates an exercise from a finished interview, or edits one. */
export default function CalibrationFormPage() {
  const { t } = useTranslation('calibration')
  const { id } = useParams()
  const [params, setParams] = useSearchParams()
  const interviewId = params.get('interview') ?? ''
  const exercise = useQuery({ ...calibrationQuery(id ?? ''), enabled: id !== undefined, refetchOnWindowFocus: false })
  const back = id ? { to: `/calibration/${id}`, label: t('exercise') } : { to: '/calibration', label: t('title') }
  return (
    <Page narrow title={t(id ? 'edit' : 'create')} subtitle={t('formHint')} back={back}>
      {id ? (
        <QueryContent query={exercise}>{(stored) => <EditForm exercise={stored} />}</QueryContent>
      ) : (
        <div className="hm-stack">
          <InterviewChoice interviewId={interviewId} onChoose={(chosen) => setParams(chosen ? { interview: chosen } : {}, { replace: true })} />
          {interviewId && <CreateForm key={interviewId} interviewId={interviewId} />}
        </div>
      )}
    </Page>
  )
}

/** One of the newest interviews with a replay; that of the URL may be an older one. */
function InterviewChoice({ interviewId, onChoose }: { interviewId: string; onChoose: (id: string) => void }) {
  const { t } = useTranslation('calibration')
  const zone = useTimeZone()
  const pages = useInfiniteQuery(interviewPagesQuery({ state: ['ended'], scope: 'all', order: 'desc' }))
  const linked = useQuery({ ...interviewQuery(interviewId), enabled: interviewId !== '', refetchInterval: false })
  const newest = (pages.data?.pages[0]?.items ?? []).filter(({ room }) => room.kind === 'builtin')
  const all = linked.data && !newest.some(({ id }) => id === linked.data.id) ? [linked.data, ...newest] : newest
  const options = all.map(({ id, title, candidate, startsAt }) => ({ value: id, label: [title, candidate.name, formatDate(startsAt, zone)].join(' · ') }))
  return (
    <Card>
      <div className="hm-stack">
        <SelectField required label={t('interview')} hint={t('interviewHint')} value={interviewId} options={[{ value: '', label: t('chooseInterview') }, ...options]} onChange={onChoose} />
        {interviewId && (
          <div>
            <ButtonLink variant="outline" to={`/calibration/preview/${interviewId}`}>
              {t('preview')}
            </ButtonLink>
          </div>
        )}
      </div>
    </Card>
  )
}

const DUE_CLOCK = '18:00'

function CreateForm({ interviewId }: { interviewId: string }) {
  const zone = useTimeZone()
  const navigate = useNavigate()
  const create = useCreateCalibration()
  const interview = useQuery({ ...interviewQuery(interviewId), refetchInterval: false })
  const initial = { title: '', note: '', day: addDays(todayIn(zone), 7), clock: DUE_CLOCK, withOriginals: true, raters: [] as Rater[] }
  return (
    <ExerciseForm
      initial={initial}
      template={interview.data?.scorecardTemplate}
      busy={create.isPending}
      error={create.error}
      onSave={(plan) => create.mutate({ ...plan, interviewId }, { onSuccess: ({ id }) => void navigate(`/calibration/${id}`, { replace: true }) })}
    />
  )
}

interface VersionProps {
  template: Interview['scorecardTemplate']
  /** 0: the version of the interview */
  value: number
  problem: ProblemField | undefined
  onChange: (version: number) => void
}

/** The version of the interview's scorecard template that raters fill out. */
function VersionChoice({ template: { id, version: own }, value, problem, onChange }: VersionProps) {
  const { t } = useTranslation('calibration')
  const zone = useTimeZone()
  const versions = useQuery(templateVersionsQuery(id, own))
  const others = (versions.data?.items ?? []).filter(({ version }) => version !== own)
  const options = others.map(({ version, title, savedAt }) => ({ value: String(version), label: t('versionOf', { version, title, date: formatDate(savedAt, zone) }) }))
  return (
    <SelectField
      label={t('templateVersion')}
      hint={t('templateVersionHint')}
      value={String(value)}
      problem={problem}
      options={[{ value: '0', label: t('ownVersion', { version: own }) }, ...options]}
      onChange={(version) => onChange(Number(version))}
    />
  )
}

function EditForm({ exercise }: { exercise: CalibrationExercise }) {
  const zone = useTimeZone()
  const navigate = useNavigate()
  const { id, title, note = '', dueAt, withOriginals, version, closedAt, raters } = exercise
  const update = useUpdateCalibration(id)
  const initial = { title, note, ...toWallClock(new Date(dueAt), zone), withOriginals, raters: raters.map(({ member }) => member) }
  return (
    <ExerciseForm
      key={version}
      initial={initial}
      busy={update.isPending}
      error={update.error}
      onSave={(plan) => update.mutate({ ...plan, version, closed: closedAt !== undefined }, { onSuccess: () => void navigate(`/calibration/${id}`, { replace: true }) })}
    />
  )
}

interface FormInput {
  title: string
  note: string
  day: string
  clock: string
  withOriginals: boolean
  raters: Rater[]
}

interface FormProps {
  initial: FormInput
  /** of the interview of a new exercise, until it is loaded undefined */
  template?: Interview['scorecardTemplate']
  busy: boolean
  error: unknown
  onSave: (plan: Omit<CalibrationInput, 'interviewId'>) => void
}

function ExerciseForm({ initial, template, busy, error, onSave }: FormProps) {
  const { t } = useTranslation(['calibration', 'translation'])
  const zone = useTimeZone()
  const errorText = useErrorText()
  const [input, setInput] = useState(initial)
  const [templateVersion, setTemplateVersion] = useState(0) // that of the interview
  const set = (change: Partial<FormInput>) => setInput({ ...input, ...change })
  const problems = problemsByField(error)
  const raterPaths = input.raters.map((_, index) => `raters[${index}]`)
  const raterProblem = problems.raters ?? raterPaths.map((path) => problems[path]).find(Boolean)
  const unmatched = unmatchedProblems(error, ['title', 'note', 'dueAt', 'raters', 'templateVersion', ...raterPaths])
  function handleSubmit(event: FormEvent) {
    event.preventDefault()
    const { title, note, day, clock, withOriginals, raters } = input
    onSave({ title, note, withOriginals, ...(templateVersion > 0 && { templateVersion }), dueAt: toInstant(day, clock, zone).toISOString(), raters: raters.map(({ userId }) => userId) })
  }
  return (
    <form noValidate className="hm-stack" onSubmit={handleSubmit}>
      {error ? (
        <Note tone="error">
          {errorText(error)}
          {unmatched.map(({ path, message }) => (
            <p key={path}>{message}</p>
          ))}
        </Note>
      ) : null}
      <Note tone="warning">{t('calibration:namesRemain')}</Note>
      <Card>
        <div className="hm-stack">
          <TextField required label={t('calibration:name')} hint={t('calibration:nameHint')} limit={100} value={input.title} problem={problems.title} onChange={(title) => set({ title })} />
          <AreaField label={t('calibration:note')} limit={1000} value={input.note} problem={problems.note} onChange={(note) => set({ note })} />
          <div className="hm-calibration-due">
            <DateField required label={t('calibration:dueDay')} value={input.day} problem={problems.dueAt} onChange={(day) => day && set({ day })} />
            <TimeField required label={t('calibration:dueTime')} value={input.clock} onChange={(clock) => clock && set({ clock })} />
          </div>
          {template && <VersionChoice template={template} value={templateVersion} problem={problems.templateVersion} onChange={setTemplateVersion} />}
          <MemberPicker
            label={t('calibration:raters')}
            placeholder={t('calibration:ratersHint')}
            chosen={input.raters.map(({ userId }) => userId)}
            problem={raterProblem}
            onAdd={({ userId, name }) => set({ raters: [...input.raters, { userId, name }] })}
          />
          {input.raters.length > 0 && (
            <ul className="hm-calibration-raters">
              {input.raters.map(({ userId, name }) => (
                <li key={userId}>
                  <span>{name}</span>
                  <Button size="small" variant="text" aria-label={t('calibration:removeRater', { name })} onClick={() => set({ raters: input.raters.filter((one) => one.userId !== userId) })}>
                    {t('calibration:remove')}
                  </Button>
                </li>
              ))}
            </ul>
          )}
          <Checkbox checked={input.withOriginals} onChange={(withOriginals) => set({ withOriginals })}>
            {t('calibration:withOriginals')}
          </Checkbox>
        </div>
      </Card>
      <div className="hm-row">
        <Button type="submit" theme="primary" loading={busy}>
          {t('translation:common.save')}
        </Button>
      </div>
    </form>
  )
}
