import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { mailPreviewQuery } from '@/api/mailTemplates'
import { problemsByField } from '@/api/problem'
import type { Language, MailTemplate, MailText, ProblemField } from '@/api/types'
import { Button } from '@/ui/Button'
import { AreaField, TextField } from '@/ui/Field'
import { useDebouncedValue } from '@/ui/useDebouncedValue'

/** As in internal/mailtemplate. */
const MAX_SUBJECT = { max: 300, unit: 'bytes' as const }
const MAX_BODY = { max: 10_000, unit: 'bytes' as const }

interface Props {
  stored: MailTemplate
  language: Language
  text: MailText
  readOnly: boolean
  problem: { subject?: ProblemField; body?: ProblemField }
  onChange: (change: Partial<MailText>) => void
}

/** Subject and body in one language, the placeholders, and a preview that follows the text. */
export function TextFields({ stored, language, text, readOnly, problem, onChange }: Props) {
  const { t } = useTranslation('admin')
  const body = useRef<HTMLTextAreaElement>(null)
  const shown = useDebouncedValue(text, 400)
  const preview = useQuery(mailPreviewQuery(stored.kind, { ...shown, language }))
  const problems = Object.entries(problemsByField(preview.error))
  const found = (field: string) => problems.find(([path]) => path.endsWith(`.${field}`))?.[1]
  const hasMeeting = stored.placeholders.some(({ name }) => name === 'meeting')
  return (
    <div className="hm-mail__columns">
      <div className="hm-stack">
        <TextField required lang={language} readOnly={readOnly} label={t('mail.subject')} limit={MAX_SUBJECT} value={text.subject} problem={found('subject') ?? problem.subject} onChange={(subject) => onChange({ subject })} />
        <AreaField
          required
          ref={body}
          lang={language}
          readOnly={readOnly}
          rows={16}
          label={t('mail.body')}
          hint={hasMeeting ? t('mail.bodyHint', { token: '{{meeting}}' }) : t('mail.bodyHintPlain')}
          limit={MAX_BODY}
          value={text.body}
          problem={found('body') ?? problem.body}
          onChange={(value) => onChange({ body: value })}
        />
        {!readOnly && <Placeholders stored={stored} onInsert={(token) => insertToken(body.current, token, (value) => onChange({ body: value }))} />}
      </div>
      <Preview language={language} mail={preview.data} failed={preview.isError} />
    </div>
  )
}

/** Replaces the selection of the body with a placeholder, and puts the caret after it. */
function insertToken(area: HTMLTextAreaElement | null, token: string, onChange: (value: string) => void) {
  if (!area) return
  const { selectionStart, selectionEnd, value } = area
  onChange(value.slice(0, selectionStart) + token + value.slice(selectionEnd))
  requestAnimationFrame(() => {
    area.focus()
    area.setSelectionRange(selectionStart + token.length, selectionStart + token.length)
  })
}

function Placeholders({ stored, onInsert }: { stored: MailTemplate; onInsert: (token: string) => void }) {
  const { t } = useTranslation('admin')
  return (
    <div role="group" aria-label={t('mail.insert')}>
      <div className="hm-field__label">{t('mail.insert')}</div>
      <div className="hm-mail__placeholders">
        {stored.placeholders.map(({ name, required }) => {
          const label = t(`mail.placeholders.${name}`)
          return (
            <Button key={name} size="small" title={`{{${name}}}`} onClick={() => onInsert(`{{${name}}}`)}>
              {required ? t('mail.required', { name: label }) : label}
            </Button>
          )
        })}
      </div>
    </div>
  )
}

function Preview({ language, mail, failed }: { language: Language; mail: MailText | undefined; failed: boolean }) {
  const { t } = useTranslation('admin')
  return (
    <section className="hm-mail__preview" aria-label={t('mail.preview')}>
      <div className="hm-field__label">
        {t('mail.preview')} <span className="hm-muted">{t('mail.previewAbout')}</span>
      </div>
      {failed && <p className="hm-muted">{t('mail.previewProblem')}</p>}
      {!failed && mail && (
        <div className="hm-mail__sheet" lang={language}>
          <p className="hm-mail__subject">{mail.subject}</p>
          <p className="hm-wrap hm-mail__body">{mail.body}</p>
        </div>
      )}
    </section>
  )
}
