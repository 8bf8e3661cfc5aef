import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ErasurePreview } from '@/api/erasures'
import { erasurePreviewQuery, useChangeHold, useEraseCandidate } from '@/api/erasures'
import { limits } from '@/api/limits'
import { problemsByField } from '@/api/problem'
import type { Candidate } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { ErasedRows } from '@/ui/ErasedRows'
import { AreaField, TextField } from '@/ui/Field'
import { Modal } from '@/ui/Modal'
import { Note, QueryContent, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'

/** Legal hold and erasure of a candidate, for administrators. */
export default function ErasureDrawer({ candidate, onClose }: { candidate: Candidate; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const preview = useQuery(erasurePreviewQuery(candidate.id))
  return (
    <Modal persistent kind="drawer" title={t('erasure.title', { name: candidate.name })} onClose={onClose}>
      <QueryContent query={preview} lines={6}>
        {(found) => (
          <div className="hm-stack">
            <p>{t('erasure.about')}</p>
            <ErasedRows rows={found.rows} outsideCopies={found.outsideCopies} />
            <HoldForm key={String(found.hold !== undefined)} preview={found} />
            <EraseForm preview={found} onErased={onClose} />
          </div>
        )}
      </QueryContent>
    </Modal>
  )
}

function HoldForm({ preview: { candidateId, hold } }: { preview: ErasurePreview }) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  const errorText = useErrorText()
  const [reason, setReason] = useState('')
  const change = useChangeHold(candidateId, hold !== undefined)
  return (
    <section className="hm-stack">
      <h3>{t('erasure.hold')}</h3>
      {hold ? (
        <Note tone="warning">
          {t('erasure.heldBy', { name: hold.setBy.name, time: formatDateTime(hold.setAt, zone) })}
          <p className="hm-wrap">{hold.reason}</p>
        </Note>
      ) : (
        <p className="hm-small hm-muted">{t('erasure.holdAbout')}</p>
      )}
      <AreaField
        label={hold ? t('erasure.releaseReason') : t('erasure.holdReason')}
        rows={2}
        value={reason}
        limit={limits.HoldInput.reason}
        problem={problemsByField(change.error).reason}
        onChange={setReason}
      />
      {change.error ? <Note tone="error">{errorText(change.error)}</Note> : null}
      <div>
        <Button disabled={reason.trim() === ''} loading={change.isPending} onClick={() => change.mutate(reason)}>
          {hold ? t('erasure.release') : t('erasure.setHold')}
        </Button>
      </div>
    </section>
  )
}

function EraseForm({ preview, onErased }: { preview: ErasurePreview; onErased: () => void }) {
  const { t } = useTranslation('admin')
  const errorText = useErrorText()
  const [name, setName] = useState('')
  const erase = useEraseCandidate(preview.candidateId)
  const handleErase = () =>
    erase.mutate(name, {
      onSuccess: () => {
        onErased()
        toast.success(t('erasure.erased'))
      },
    })
  return (
    <section className="hm-stack">
      <h3>{t('erasure.erase')}</h3>
      <Obstacles preview={preview} />
      <TextField
        label={t('erasure.confirm', { name: preview.name })}
        value={name}
        autoComplete="off"
        limit={limits.ErasureInput.name}
        problem={problemsByField(erase.error).name}
        onChange={setName}
      />
      {erase.error ? <Note tone="error">{errorText(erase.error)}</Note> : null}
      <div>
        <Button theme="danger" disabled={!preview.erasable || name.trim() !== preview.name} loading={erase.isPending} onClick={handleErase}>
          {t('erasure.erase')}
        </Button>
      </div>
    </section>
  )
}

/** Why the candidate cannot be erased now. */
function Obstacles({ preview: { hold, openInterviews, pendingWork } }: { preview: ErasurePreview }) {
  const { t } = useTranslation('admin')
  if (hold) return <Note tone="warning">{t('erasure.onHold')}</Note>
  if (openInterviews > 0) return <Note tone="warning">{t('erasure.openInterviews', { count: openInterviews })}</Note>
  if (pendingWork > 0) return <Note tone="warning">{t('erasure.pendingWork', { count: pendingWork })}</Note>
  return <Note tone="error">{t('erasure.final')}</Note>
}
