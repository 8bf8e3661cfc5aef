import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { candidateChoicesQuery, positionChoicesQuery } from '@/api/catalog'
import { applicationInterviewsQuery } from '@/api/interviews'
import type { Candidate, Position, ProblemField } from '@/api/types'
import { limits } from '@/api/limits'
import { Combobox } from '@/ui/Combobox'
import { SelectField, TextField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { useDebouncedValue } from '@/ui/useDebouncedValue'
import { CandidateEditor } from '../candidates/CandidateEditor'
import { PositionEditor } from '../positions/PositionEditor'
import type { DraftAction, Draft } from './draft'
import { roundAfter } from './draft'

interface Props {
  draft: Draft
  dispatch: (by: DraftAction) => void
  problem: (path: string) => ProblemField | undefined
  /** Position and candidate of a scheduled interview cannot be changed. */
  fixed: boolean
}

/** Position, candidate, round and title. */
export function CandidateSection({ draft, dispatch, problem, fixed }: Props) {
  const { t } = useTranslation()
  useNextRound(draft, dispatch)
  const rounds = Array.from({ length: Math.max(6, draft.round) }, (_, i) => String(i + 1))
  return (
    <Card title={t('form.who')}>
      <div className="hm-grid">
        {fixed ? (
          <>
            <TextField label={t('form.position')} value={draft.position?.title ?? ''} disabled onChange={() => {}} />
            <TextField label={t('form.candidate')} value={draft.candidate?.title ?? ''} disabled onChange={() => {}} />
          </>
        ) : (
          <>
            <PositionPicker value={draft.position?.title} problem={problem('positionId')} onPick={(position) => dispatch({ set: { position } })} />
            <CandidatePicker draft={draft} problem={problem('candidateId')} onChange={(set) => dispatch({ set })} />
          </>
        )}
        <SelectField
          label={t('form.round')}
          value={String(draft.round)}
          options={rounds.map((value) => ({ value, label: t('interview.round', { round: value }) }))}
          onChange={(round) => dispatch({ set: { round: Number(round), ownRound: true } })}
        />
        <TextField
          label={t('form.title')}
          required
          hint={draft.ownTitle ? undefined : t('form.titleHint')}
          value={draft.title}
          limit={limits.InterviewInput.title}
          problem={problem('title')}
          onChange={(title) => dispatch({ set: { title, ownTitle: title !== '' } })}
        />
      </div>
    </Card>
  )
}

/** Selects the round after the candidate's interviews for the position, until the user selects another. */
function useNextRound({ candidate, position, round, ownRound }: Draft, dispatch: (by: DraftAction) => void) {
  const earlier = useQuery(applicationInterviewsQuery(ownRound ? undefined : candidate?.id, position?.id))
  const next = earlier.data && roundAfter(earlier.data)
  useEffect(() => {
    if (!ownRound && next !== undefined && next !== round) dispatch({ set: { round: next } })
    // Runs only when other interviews arrive; dispatch changes on every render.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [ownRound, next])
}

export function PositionPicker({ value, problem, onPick }: { value?: string; problem?: ProblemField; onPick: (position: { id: string; title: string }) => void }) {
  const { t } = useTranslation()
  const [q, setQ] = useState('')
  const [creating, setCreating] = useState<string>()
  const found = useQuery({ ...positionChoicesQuery(useDebouncedValue(q)), placeholderData: (before) => before })
  const items = (found.data?.items ?? []).filter(({ state }) => state === 'open')
  const handlePick = ({ id, title }: Position) => onPick({ id, title })
  return (
    <div>
      <Combobox
        label={t('form.position')}
        required
        placeholder={t('form.positionHint')}
        displayValue={value}
        problem={problem}
        loading={found.isPending}
        failed={found.isError}
        choices={items.map(({ id, title, department, level }) => ({ id, label: title, detail: [department, level].filter(Boolean).join(' · ') }))}
        onSearch={setQ}
        onChoose={({ id }) => {
          const position = items.find((one) => one.id === id)
          if (position) handlePick(position)
        }}
        create={{ label: (text) => (text ? t('form.createNamed', { name: text }) : t('form.createPosition')), onCreate: setCreating }}
      />
      {creating !== undefined && (
        <PositionEditor title={creating} onClose={() => setCreating(undefined)} onSaved={handlePick} />
      )}
    </div>
  )
}

export function CandidatePicker({ draft, problem, onChange }: { draft: Draft; problem?: ProblemField; onChange: (set: Partial<Draft>) => void }) {
  const { t } = useTranslation()
  const [q, setQ] = useState('')
  const [creating, setCreating] = useState<string>()
  const found = useQuery({ ...candidateChoicesQuery(useDebouncedValue(q)), placeholderData: (before) => before })
  const items = found.data?.items ?? []
  // Selecting a candidate with a position also selects the position.
  const handlePick = ({ id, name, position }: Candidate) =>
    onChange({ candidate: { id, title: name }, ...(position && !draft.position ? { position } : {}) })
  return (
    <div>
      <Combobox
        label={t('form.candidate')}
        required
        placeholder={t('form.candidateHint')}
        displayValue={draft.candidate?.title}
        problem={problem}
        loading={found.isPending}
        failed={found.isError}
        choices={items.map(({ id, name, email, mobile, position }) => ({ id, label: name, detail: [position?.title, email || mobile].filter(Boolean).join(' · ') }))}
        onSearch={setQ}
        onChoose={({ id }) => {
          const candidate = items.find((one) => one.id === id)
          if (candidate) handlePick(candidate)
        }}
        create={{ label: (text) => (text ? t('form.createNamed', { name: text }) : t('form.createCandidate')), onCreate: setCreating }}
      />
      {creating !== undefined && (
        <CandidateEditor
          name={creating}
          positionId={draft.position?.id}
          existing={{ label: t('candidates.chooseExisting'), onUse: handlePick }}
          onClose={() => setCreating(undefined)}
          onSaved={handlePick}
        />
      )}
    </div>
  )
}
