import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { mailTemplateQuery, mailTemplatesQuery } from '@/api/mailTemplates'
import type { MailTemplateKind } from '@/api/types'
import { useSession } from '@/app/useSession'
import { SelectField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { Note, QueryContent } from '@/ui/feedback'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { ResultMailCard } from './ResultMailCard'
import { TemplateForm } from './TemplateForm'
import './mail.css'

/** The texts of mails to candidates. Administrators change them, recruiters read them. */
export default function MailTab() {
  const { t } = useTranslation('admin')
  const [kind, setKind] = useState<MailTemplateKind>('invite')
  const [dirty, setDirty] = useState(false)
  const [next, setNext] = useState<MailTemplateKind>()
  const { roles } = useSession()
  const template = useQuery(mailTemplateQuery(kind))
  const readOnly = !roles.includes('administrator')
  return (
    <>
      <Card title={t('mail.title')}>
        <div className="hm-stack">
          <p className="hm-muted">{t('mail.about')}</p>
          {readOnly && <Note>{t('mail.readOnly')}</Note>}
          <KindField kind={kind} onChange={(chosen) => (dirty ? setNext(chosen) : setKind(chosen))} />
          <QueryContent query={template} lines={10}>
            {(stored) => <TemplateForm key={kind} stored={stored} readOnly={readOnly} onDirtyChange={setDirty} />}
          </QueryContent>
        </div>
        {next && (
          <ConfirmDialog
            danger
            title={t('mail.discardTitle')}
            confirmLabel={t('mail.discard')}
            onConfirm={() => {
              setKind(next)
              setNext(undefined)
            }}
            onClose={() => setNext(undefined)}
          >
            <p>{t('mail.discardText')}</p>
          </ConfirmDialog>
        )}
      </Card>
      <ResultMailCard readOnly={readOnly} />
    </>
  )
}

/** Chooses the mail, and lists the texts that cannot be used. */
function KindField({ kind, onChange }: { kind: MailTemplateKind; onChange: (kind: MailTemplateKind) => void }) {
  const { t } = useTranslation('admin')
  const templates = useQuery(mailTemplatesQuery)
  return (
    <QueryContent query={templates} lines={1}>
      {({ items }) => {
        const broken = items.filter(({ problems }) => problems.length > 0)
        return (
          <>
            {broken.length > 0 && (
              <Note tone="warning">
                {t('mail.problems')}
                {broken.map((item) => (
                  <p key={item.kind}>
                    {t(`mail.kinds.${item.kind}`)}: {item.problems.join(' ')}
                  </p>
                ))}
              </Note>
            )}
            <div className="hm-mail__kind">
              <SelectField
                label={t('mail.kind')}
                value={kind}
                options={items.map((item) => {
                  const name = t(`mail.kinds.${item.kind}`)
                  return { value: item.kind, label: item.changed.length > 0 ? t('mail.changedMark', { name }) : name }
                })}
                onChange={onChange}
              />
            </div>
          </>
        )
      }}
    </QueryContent>
  )
}
