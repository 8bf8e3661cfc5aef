import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import type { Import, ImportEncoding, ImportKind } from '@/api/imports'
import { usePreviewImport } from '@/api/imports'
import { hasRole, useSession } from '@/app/useSession'
import { OwnInterviewsRedirect } from '@/ui/OwnInterviews'
import { Page } from '@/ui/Page'
import { EmptyState } from '@/ui/feedback'
import { FilePicker } from './FilePicker'
import { ImportPreview } from './ImportPreview'
import { ImportResult } from './ImportResult'
import './import.css'

/** Imports candidates or interviews from a spreadsheet: select, preview, commit. */
export default function ImportPage() {
  const { t } = useTranslation('admin')
  const { t: tCommon } = useTranslation()
  const recruiter = hasRole(useSession(), 'recruiter')
  const kind: ImportKind = useLocation().pathname.startsWith('/interviews') ? 'interviews' : 'candidates'
  const preview = usePreviewImport(kind)
  const [result, setResult] = useState<Import>()
  // The encodings of the first preview: after a choice, the server returns only the chosen one.
  const [encodings, setEncodings] = useState<Import['encodings']>([])
  const handleRestart = () => {
    setResult(undefined)
    preview.reset()
  }
  const handleChooseEncoding = (encoding: ImportEncoding) => preview.variables && preview.mutate({ ...preview.variables, encoding })
  if (!recruiter && kind === 'interviews') return <OwnInterviewsRedirect />
  return (
    <Page title={t(`imports.title.${kind}`)} back={{ to: `/${kind}`, label: tCommon(`nav.${kind}`) }}>
      {!recruiter ? (
        <EmptyState title={tCommon('error.forbidden')} />
      ) : result ? (
        <ImportResult result={result} onRestart={handleRestart} />
      ) : preview.data ? (
        <ImportPreview
          key={preview.data.id}
          preview={preview.data}
          encodings={encodings}
          onChooseEncoding={handleChooseEncoding}
          onRestart={handleRestart}
          onDone={setResult}
        />
      ) : (
        <FilePicker kind={kind} busy={preview.isPending} error={preview.error} onChoose={(file) => preview.mutate({ file }, { onSuccess: (data) => setEncodings(data.encodings) })} />
      )}
    </Page>
  )
}
