import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { scorecardTemplateQuery, templateVersionQuery, templateVersionsQuery } from '@/api/scorecardTemplates'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { DiffLines } from '@/ui/DiffLines'
import { Modal } from '@/ui/Modal'
import { QueryContent } from '@/ui/feedback'
import { diffTexts } from '@/ui/diffTexts'
import { versionText } from './template'

/** The versions of a template; each opens its difference to the one before. */
export function VersionsDrawer({ id, title, onClose }: { id: string; title: string; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const template = useQuery(scorecardTemplateQuery(id))
  return (
    <Modal kind="drawer" title={t('templates.versionsOf', { title })} onClose={onClose}>
      <QueryContent query={template} lines={3}>
        {({ version }) => <VersionList id={id} newest={version} />}
      </QueryContent>
    </Modal>
  )
}

function VersionList({ id, newest }: { id: string; newest: number }) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  const versions = useQuery(templateVersionsQuery(id, newest))
  const [opened, setOpened] = useState<number>()
  return (
    <QueryContent query={versions} lines={3}>
      {({ items }) => (
        <ul className="hm-criteria">
          {items.map(({ version, savedBy, savedAt }, index) => (
            <li key={version} className="hm-criteria__item">
              <details open={opened === version} onToggle={(event) => event.currentTarget.open && setOpened(version)}>
                <summary>
                  {savedBy
                    ? t('templates.savedBy', { version, name: savedBy.name, time: formatDateTime(savedAt, zone) })
                    : t('templates.savedByProgram', { version })}
                </summary>
                {opened === version && <Difference id={id} version={version} previous={items[index + 1]?.version} />}
              </details>
            </li>
          ))}
        </ul>
      )}
    </QueryContent>
  )
}

/** What a version changes; of the first one, all of it. */
function Difference({ id, version, previous }: { id: string; version: number; previous: number | undefined }) {
  const { t } = useTranslation('admin')
  const after = useQuery(templateVersionQuery(id, version))
  const before = useQuery({ ...templateVersionQuery(id, previous ?? version), enabled: previous !== undefined })
  return (
    <QueryContent query={after} lines={4}>
      {(stored) => {
        const text = versionText(t, stored)
        if (previous === undefined) return <DiffLines lines={diffTexts(text, text)} />
        return (
          <QueryContent query={before} lines={4}>
            {(earlier) => <DiffLines lines={diffTexts(versionText(t, earlier), text)} />}
          </QueryContent>
        )
      }}
    </QueryContent>
  )
}
