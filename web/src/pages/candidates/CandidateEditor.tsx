import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { positionChoicesQuery, useSaveCandidate } from '@/api/catalog'
import type { Candidate, CandidateInput } from '@/api/types'
import { limits } from '@/api/limits'
import { languages } from '@/i18n/language'
import { EditorModal } from '@/ui/EditorModal'
import { AreaField, SelectField, TextField } from '@/ui/Field'
import { useEditForm } from '@/ui/useEditForm'

interface Props {
  candidate?: Candidate
  /** Initial values of a new candidate. */
  name?: string
  positionId?: string
  onClose: () => void
  onSaved?: (candidate: Candidate) => void
}

const fieldPaths = ['name', 'email', 'mobile', 'positionId', 'resumeUrl', 'source', 'language', 'note']

function toCandidateInput(candidate: Candidate | undefined, name: string, positionId: string): CandidateInput {
  if (!candidate) return { name, email: '', mobile: '', positionId, resumeUrl: '', source: '', note: '', language: 'zh-CN' }
  const { email, mobile, position, resumeUrl, source, note, language } = candidate
  return { name: candidate.name, email, mobile, positionId: position?.id ?? '', resumeUrl, source, note, language }
}

export function CandidateEditor({ candidate, name = '', positionId = '', onClose, onSaved }: Props) {
  const { t } = useTranslation()
  const editor = useEditForm({
    initialInput: () => toCandidateInput(candidate, name, positionId),
    save: useSaveCandidate(candidate?.id),
    required: ['name'],
    onClose,
    onSaved,
    version: candidate?.version,
    toInput: (stored) => toCandidateInput(stored, '', ''),
  })
  const { input, set, problem } = editor
  const positions = useQuery(positionChoicesQuery(''))
  return (
    <EditorModal title={candidate ? t('candidates.edit') : t('candidates.new')} fieldPaths={fieldPaths} {...editor.props}>
      <TextField
        label={t('candidates.name')}
        required
        value={input.name}
        limit={limits.CandidateInput.name}
        problem={problem('name')}
        onChange={(value) => set({ name: value })}
      />
      <div className="hm-grid">
        <TextField
          type="email"
          label={t('candidates.email')}
          hint={t('candidates.emailHint')}
          value={input.email ?? ''}
          limit={limits.CandidateInput.email}
          problem={problem('email')}
          onChange={(email) => set({ email })}
        />
        <TextField type="tel" label={t('candidates.mobile')} value={input.mobile ?? ''} limit={limits.CandidateInput.mobile} problem={problem('mobile')} onChange={(mobile) => set({ mobile })} />
        <SelectField
          label={t('candidates.position')}
          value={input.positionId ?? ''}
          options={[
            { value: '', label: t('common.none') },
            ...(positions.data?.items ?? []).map(({ id, title }) => ({ value: id, label: title })),
          ]}
          problem={problem('positionId')}
          onChange={(value) => set({ positionId: value })}
        />
        <SelectField
          label={t('candidates.language')}
          value={input.language ?? 'zh-CN'}
          options={languages.map(({ id, name: label }) => ({ value: id, label }))}
          problem={problem('language')}
          onChange={(language) => set({ language })}
        />
        <TextField
          type="url"
          label={t('candidates.resume')}
          placeholder="https://"
          value={input.resumeUrl ?? ''}
          limit={limits.CandidateInput.resumeUrl}
          problem={problem('resumeUrl')}
          onChange={(resumeUrl) => set({ resumeUrl })}
        />
        <TextField
          label={t('candidates.source')}
          placeholder={t('candidates.sourceHint')}
          value={input.source ?? ''}
          limit={limits.CandidateInput.source}
          problem={problem('source')}
          onChange={(source) => set({ source })}
        />
      </div>
      <AreaField label={t('candidates.note')} hint={t('form.noteHint')} value={input.note ?? ''} limit={limits.CandidateInput.note} problem={problem('note')} onChange={(note) => set({ note })} />
    </EditorModal>
  )
}
