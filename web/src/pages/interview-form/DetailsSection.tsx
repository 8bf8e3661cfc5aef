import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { positionQuery, questionChoicesQuery } from '@/api/catalog'
import type { ProblemField } from '@/api/types'
import { limits } from '@/api/limits'
import { Combobox } from '@/ui/Combobox'
import { AreaField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { useDebouncedValue } from '@/ui/useDebouncedValue'
import { SelectedList, SelectedItem } from './SelectedList'
import type { DraftAction, Draft } from './draft'
import { MeetingSection } from './MeetingSection'
import { RoomSection } from './RoomSection'

interface Props {
  draft: Draft
  dispatch: (by: DraftAction) => void
  problem: (path: string) => ProblemField | undefined
}

/** Room, meeting, questions and note for the interviewers. */
export function DetailsSection({ draft, dispatch, problem }: Props) {
  const { t } = useTranslation()
  return (
    <Card title={t('form.how')}>
      <div className="hm-stack">
        <RoomSection draft={draft} dispatch={dispatch} problem={problem} />
        <MeetingSection draft={draft} dispatch={dispatch} problem={problem} />
        <QuestionsPicker draft={draft} dispatch={dispatch} problem={problem('questionIds')} />
        <AreaField
          label={t('form.note')}
          hint={t('form.noteHint')}
          value={draft.note}
          limit={limits.InterviewInput.note}
          problem={problem('note')}
          onChange={(note) => dispatch({ set: { note } })}
        />
      </div>
    </Card>
  )
}

export function QuestionsPicker({ draft, dispatch, problem }: Omit<Props, 'problem'> & { problem?: ProblemField }) {
  const { t } = useTranslation()
  const [q, setQ] = useState('')
  const found = useQuery({ ...questionChoicesQuery(useDebouncedValue(q)), placeholderData: (before) => before })
  usePositionQuestions(draft, dispatch)
  const chosen = new Set(draft.questions.map(({ id }) => id))
  const items = found.data?.items ?? []
  return (
    <div className="hm-stack hm-stack--tight">
      <Combobox
        multiple
        label={t('form.questions')}
        placeholder={t('form.questionsHint')}
        problem={problem}
        loading={found.isPending}
        failed={found.isError}
        choices={items.map(({ id, title, difficulty, tags }) => ({
          id,
          label: title,
          detail: [t(`difficulty.${difficulty}`), ...tags].join(' · '),
          selected: chosen.has(id),
        }))}
        onSearch={setQ}
        onChoose={({ id, label }) => dispatch(chosen.has(id) ? { removeQuestion: id } : { addQuestion: { id, title: label } })}
      />
      {draft.questions.length > 0 && (
        <SelectedList label={t('form.chosenQuestions')}>
          {draft.questions.map(({ id, title }) => (
            <SelectedItem key={id} name={title} onRemove={() => dispatch({ removeQuestion: id })} />
          ))}
        </SelectedList>
      )}
    </div>
  )
}

/** Selects the position's questions until the user changes the selection. */
function usePositionQuestions(draft: Draft, dispatch: (by: DraftAction) => void) {
  const position = useQuery(positionQuery(draft.ownQuestions ? '' : (draft.position?.id ?? '')))
  const questionBank = useQuery(questionChoicesQuery(''))
  const positionQuestionIds = position.data?.questionIds
  const items = questionBank.data?.items
  const { ownQuestions } = draft
  useEffect(() => {
    if (ownQuestions || !positionQuestionIds || !items) return
    const questions = items.filter(({ id }) => positionQuestionIds.includes(id)).map(({ id, title }) => ({ id, title }))
    dispatch({ set: { questions } })
    // Runs only when another position's questions arrive; dispatch changes on every render.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [ownQuestions, positionQuestionIds, items])
}
