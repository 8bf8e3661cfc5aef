import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import type { Import, ImportKind } from '@/api/imports'
import { usePreviewImport } from '@/api/imports'
import { hasRole, useSession } from '@/app/useSession'
import { addTexts } from '@/i18n'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/states'
import { FileChoice } from './FileChoice'
import { Preview } from './Preview'
import { Result } from './Result'
import './import.css'

await addTexts('admin')

/** Candidates or interviews out of a spreadsheet: choose, look, make. */
export default function ImportPage() {
  const { t } = useTranslation('admin')
  const { t: common } = useTranslation()
  const recruiter = hasRole(useSession(), 'recruiter')
  const kind: ImportKind = useLocation().pathname.startsWith('/interviews') ? 'interviews' : 'candidates'
  const preview = usePreviewImport(kind)
  const [result, setResult] = useState<Import>()
  const again = () => {
    setResult(undefined)
    preview.reset()
  }
  return (
    <Page title={t(`imports.title.${kind}`)} back={{ to: `/${kind}`, label: common(`nav.${kind}`) }}>
      {!recruiter ? (
        <Empty title={common('error.forbidden')} />
      ) : result ? (
        <Result result={result} onAgain={again} />
      ) : preview.data ? (
        <Preview key={preview.data.id} preview={preview.data} onAgain={again} onDone={setResult} />
      ) : (
        <FileChoice kind={kind} busy={preview.isPending} error={preview.error} onChoose={(file) => preview.mutate(file)} />
      )}
    </Page>
  )
}
