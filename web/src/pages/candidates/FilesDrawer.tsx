import { useTranslation } from 'react-i18next'
import type { Candidate } from '@/api/types'
import { CandidateFiles } from '@/files/CandidateFiles'
import { Modal } from '@/ui/Modal'

/** A candidate's résumés: upload, preview, download, deletion. */
export default function FilesDrawer({ candidate, canUpload, onClose }: { candidate: Candidate; canUpload: boolean; onClose: () => void }) {
  const { t } = useTranslation('files')
  return (
    <Modal persistent kind="drawer" title={t('files.of', { name: candidate.name })} onClose={onClose}>
      <div className="hm-stack">
        {candidate.resumeUrl && (
          <a href={candidate.resumeUrl} target="_blank" rel="noreferrer noopener">
            {t('files.link')}
          </a>
        )}
        <CandidateFiles candidateId={candidate.id} canUpload={canUpload} />
      </div>
    </Modal>
  )
}
