import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { templatesQuery } from '@/api/catalog'
import { scorecardTemplateQuery, useArchiveScorecardTemplate } from '@/api/scorecardTemplates'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Card } from '@/ui/Page'
import { Table } from '@/ui/Table'
import { Tag } from '@/ui/Tag'
import { QueryContent, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { TemplateEditor } from './TemplateEditor'
import { VersionsDrawer } from './VersionsDrawer'
import './scorecards.css'

type Opened = { action: 'new' } | { action: 'edit' | 'versions' | 'archive'; id: string; title: string }

/** The scorecard templates of the company. */
export default function ScorecardsTab() {
  const { t } = useTranslation('admin')
  const templates = useQuery(templatesQuery)
  const [opened, setOpened] = useState<Opened>()
  const close = () => setOpened(undefined)
  return (
    <Card
      title={t('templates.title')}
      actions={
        <Button theme="primary" onClick={() => setOpened({ action: 'new' })}>
          {t('templates.new')}
        </Button>
      }
    >
      <div className="hm-stack">
        <p className="hm-muted">{t('templates.about')}</p>
        <QueryContent query={templates} lines={4}>
          {({ items }) => (
            <Table
              label={t('templates.title')}
              rows={items}
              columns={[
                { title: t('templates.name'), isRowHeader: true, cell: ({ title }) => title },
                { title: t('templates.criteria'), cell: ({ criteria }) => <span className="hm-num">{criteria.length}</span> },
                { title: t('templates.version'), isSecondary: true, cell: ({ version }) => <span className="hm-num">{version}</span> },
                { title: t('templates.state'), cell: (template) => <StateTag {...template} /> },
                {
                  title: t('templates.actions'),
                  isActions: true,
                  cell: ({ id, title, archived, isDefault }) => (
                    <>
                      {!archived && (
                        <Button size="small" variant="text" theme="primary" aria-label={t('templates.actionFor', { action: t('templates.edit'), title })} onClick={() => setOpened({ action: 'edit', id, title })}>
                          {t('templates.edit')}
                        </Button>
                      )}
                      <Button size="small" variant="text" aria-label={t('templates.actionFor', { action: t('templates.versions'), title })} onClick={() => setOpened({ action: 'versions', id, title })}>
                        {t('templates.versions')}
                      </Button>
                      {!isDefault && <ArchiveButton {...{ id, title, archived }} onArchive={() => setOpened({ action: 'archive', id, title })} />}
                    </>
                  ),
                },
              ]}
            />
          )}
        </QueryContent>
      </div>
      {opened?.action === 'new' && <TemplateEditor onClose={close} />}
      {opened?.action === 'edit' && <StoredTemplateEditor id={opened.id} onClose={close} />}
      {opened?.action === 'versions' && <VersionsDrawer {...opened} onClose={close} />}
      {opened?.action === 'archive' && <ArchiveDialog {...opened} onClose={close} />}
    </Card>
  )
}

function StateTag({ archived, isDefault }: { archived: boolean; isDefault: boolean }) {
  const { t } = useTranslation('admin')
  if (archived) return <Tag>{t('templates.archived')}</Tag>
  return isDefault ? <Tag tone="primary">{t('templates.default')}</Tag> : <Tag tone="success">{t('templates.inUse')}</Tag>
}

/** Loads the template in all languages before its editor opens. */
function StoredTemplateEditor({ id, onClose }: { id: string; onClose: () => void }) {
  const template = useQuery(scorecardTemplateQuery(id))
  return (
    <QueryContent query={template} lines={1}>
      {(stored) => <TemplateEditor stored={stored} onClose={onClose} />}
    </QueryContent>
  )
}

function ArchiveButton({ id, title, archived, onArchive }: { id: string; title: string; archived: boolean; onArchive: () => void }) {
  const { t } = useTranslation('admin')
  const errorText = useErrorText()
  const restore = useArchiveScorecardTemplate()
  const action = archived ? t('templates.restore') : t('templates.archive')
  const handleRestore = () => restore.mutate({ id, archived: false }, { onSuccess: () => toast.success(t('templates.restored')), onError: (error) => toast.error(errorText(error)) })
  return (
    <Button size="small" variant="text" loading={restore.isPending} aria-label={t('templates.actionFor', { action, title })} onClick={archived ? handleRestore : onArchive}>
      {action}
    </Button>
  )
}

function ArchiveDialog({ id, title, onClose }: { id: string; title: string; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const archive = useArchiveScorecardTemplate()
  return (
    <ConfirmDialog
      title={t('templates.archiveTitle', { title })}
      confirmLabel={t('templates.archive')}
      busy={archive.isPending}
      error={archive.error}
      onConfirm={() => archive.mutate({ id, archived: true }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t('templates.archiveText')}</p>
    </ConfirmDialog>
  )
}
