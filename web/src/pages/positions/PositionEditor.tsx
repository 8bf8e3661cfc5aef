import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { questionChoicesQuery, useSavePosition } from '@/api/catalog'
import type { Position, PositionInput } from '@/api/types'
import { limits } from '@/api/limits'
import { EditorModal } from '@/ui/EditorModal'
import { AreaField, TextField } from '@/ui/Field'
import { CheckboxGroup } from '@/ui/CheckboxGroup'
import { useEditForm } from '@/ui/useEditForm'
import { TemplateFields } from './TemplateFields'

interface Props {
  position?: Position
  /** Initial title of a new position. */
  title?: string
  onClose: () => void
  onSaved?: (position: Position) => void
}

const fieldPaths = ['title', 'department', 'level', 'headcount', 'description', 'scorecardTemplateId', 'roundTemplates', 'questionIds', 'state']

function toPositionInput(position: Position | undefined, title: string): PositionInput {
  if (!position) return { title, department: '', level: '', headcount: 1, description: '', questionIds: [] }
  const { department, level, headcount, description, questionIds, scorecardTemplateId, roundTemplates, state } = position
  return { title: position.title, department, level, headcount, description, questionIds, scorecardTemplateId, roundTemplates, state }
}

export function PositionEditor({ position, title = '', onClose, onSaved }: Props) {
  const { t } = useTranslation()
  const editor = useEditForm({
    initialInput: () => toPositionInput(position, title),
    save: useSavePosition(position?.id),
    required: ['title'],
    onClose,
    onSaved,
    version: position?.version,
    toInput: (stored) => toPositionInput(stored, ''),
  })
  const { input, set, problem } = editor
  const questions = useQuery(questionChoicesQuery(''))
  return (
    <EditorModal title={position ? t('positions.edit') : t('positions.new')} fieldPaths={fieldPaths} {...editor.props}>
      <TextField
        label={t('positions.title')}
        required
        value={input.title}
        limit={limits.PositionInput.title}
        problem={problem('title')}
        onChange={(value) => set({ title: value })}
      />
      <div className="hm-grid">
        <TextField label={t('positions.department')} value={input.department ?? ''} limit={limits.PositionInput.department} problem={problem('department')} onChange={(department) => set({ department })} />
        <TextField label={t('positions.level')} placeholder="P6 / T9" value={input.level ?? ''} limit={limits.PositionInput.level} problem={problem('level')} onChange={(level) => set({ level })} />
        <TextField
          type="number"
          min={0}
          label={t('positions.headcount')}
          value={String(input.headcount ?? 0)}
          problem={problem('headcount')}
          onChange={(value) => set({ headcount: Math.max(0, Math.trunc(Number(value) || 0)) })}
        />
      </div>
      <TemplateFields value={input} problemAt={editor.problemAt} onChange={set} />
      <CheckboxGroup
        label={t('positions.questions')}
        hint={t('positions.questionsHint')}
        choices={(questions.data?.items ?? []).map(({ id, title: name }) => ({ id, label: name }))}
        value={input.questionIds ?? []}
        onChange={(questionIds) => set({ questionIds })}
      />
      <AreaField
        label={t('positions.description')}
        rows={6}
        value={input.description ?? ''}
        limit={limits.PositionInput.description}
        problem={problem('description')}
        onChange={(description) => set({ description })}
      />
    </EditorModal>
  )
}
