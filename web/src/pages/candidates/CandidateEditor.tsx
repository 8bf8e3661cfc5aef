import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { candidateExportURL } from '@/api/erasures'
import { candidateQuery, positionChoicesQuery, useSaveCandidate } from '@/api/catalog'
import { limits } from '@/api/limits'
import { Problem } from '@/api/problem'
import type { Candidate, CandidateInput, ProblemField } from '@/api/types'
import { languages } from '@/i18n/language'
import { Button } from '@/ui/Button'
import { EditorModal } from '@/ui/EditorModal'
import { AreaField, SelectField, TextField } from '@/ui/Field'
import { WarningsNote } from '@/ui/WarningsNote'
import { useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { useEditForm } from '@/ui/useEditForm'
import './danger.css'

interface Props {
  candidate?: Candidate
  /** Initial values of a new candidate. */
  name?: string
  positionId?: string
  onClose: () => void
  onSaved?: (candidate: Candidate) => void
  /** Opens the erasure of a stored candidate; for administrators. */
  onErase?: (candidate: Candidate) => void
  /** Called with a stored candidate who may be the new one; the label names what then happens. */
  existing?: { label: string; onUse: (candidate: Candidate) => void }
}

const fieldPaths = ['name', 'email', 'mobile', 'positionId', 'resumeUrl', 'source', 'language', 'note']

function toCandidateInput(candidate: Candidate | undefined, name: string, positionId: string): CandidateInput {
  if (!candidate) return { name, email: '', mobile: '', positionId, resumeUrl: '', source: '', note: '', language: 'zh-CN' }
  const { email, mobile, position, resumeUrl, source, note, language } = candidate
  return { name: candidate.name, email, mobile, positionId: position?.id ?? '', resumeUrl, source, note, language }
}

export function CandidateEditor({ candidate, name = '', positionId = '', onClose, onSaved, onErase, existing }: Props) {
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
  const { input, set } = editor
  const { error, busy } = editor.props
  const duplicates = error instanceof Problem && error.onlyWarnings ? error.fields : []
  const problem = (name: keyof CandidateInput & string) => (duplicates.length > 0 ? undefined : editor.problem(name))
  const positions = useQuery(positionChoicesQuery(''))
  return (
    <EditorModal title={candidate ? t('candidates.edit') : t('candidates.new')} fieldPaths={fieldPaths} {...editor.props} error={duplicates.length > 0 ? undefined : error}>
      {duplicates.length > 0 && (
        <DuplicatesNote duplicates={duplicates} existing={existing} busy={busy} onCreate={() => editor.saveWith({ overrideWarnings: true })} onClose={onClose} />
      )}
      <TextField
        label={t('candidates.name')}
        required
        value={input.name}
        limit={limits.CandidateCreation.name}
        problem={problem('name')}
        onChange={(value) => set({ name: value })}
      />
      <div className="hm-grid">
        <TextField
          type="email"
          label={t('candidates.email')}
          hint={t('candidates.emailHint')}
          value={input.email ?? ''}
          limit={limits.CandidateCreation.email}
          problem={problem('email')}
          onChange={(email) => set({ email })}
        />
        <TextField type="tel" label={t('candidates.mobile')} value={input.mobile ?? ''} limit={limits.CandidateCreation.mobile} problem={problem('mobile')} onChange={(mobile) => set({ mobile })} />
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
          limit={limits.CandidateCreation.resumeUrl}
          problem={problem('resumeUrl')}
          onChange={(resumeUrl) => set({ resumeUrl })}
        />
        <TextField
          label={t('candidates.source')}
          placeholder={t('candidates.sourceHint')}
          value={input.source ?? ''}
          limit={limits.CandidateCreation.source}
          problem={problem('source')}
          onChange={(source) => set({ source })}
        />
      </div>
      <AreaField label={t('candidates.note')} hint={t('form.noteHint')} value={input.note ?? ''} limit={limits.CandidateCreation.note} problem={problem('note')} onChange={(note) => set({ note })} />
      {candidate && onErase && (
        <section className="hm-danger">
          <h3>{t('candidates.privacy')}</h3>
          <p className="hm-small hm-muted">{t('candidates.exportHint')}</p>
          <a className="t-button t-button--theme-default t-button--variant-outline" href={candidateExportURL(candidate.id)} download>
            {t('candidates.export')}
          </a>
          <p className="hm-small hm-muted">{t('candidates.eraseHint')}</p>
          <Button theme="danger" variant="outline" onClick={() => onErase(candidate)}>
            {t('candidates.erase')}
          </Button>
        </section>
      )}
    </EditorModal>
  )
}

interface DuplicatesProps extends Pick<Props, 'existing' | 'onClose'> {
  duplicates: ProblemField[]
  busy: boolean
  onCreate: () => void
}

/** Names the stored candidates who may be the same person: each can be used, or the new one created. */
function DuplicatesNote({ duplicates, existing, busy, onCreate, onClose }: DuplicatesProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const errorText = useErrorText()
  async function handleUse(id: string) {
    try {
      const candidate = await client.fetchQuery(candidateQuery(id))
      onClose()
      existing?.onUse(candidate)
    } catch (error) {
      toast.error(errorText(error))
    }
  }
  return (
    <WarningsNote
      warnings={duplicates}
      overrideLabel={t('candidates.createAnyway')}
      busy={busy}
      onOverride={onCreate}
      renderAction={({ id }) =>
        existing &&
        id && (
          <Button variant="text" theme="primary" size="small" onClick={() => void handleUse(id)}>
            {existing.label}
          </Button>
        )
      }
    />
  )
}
