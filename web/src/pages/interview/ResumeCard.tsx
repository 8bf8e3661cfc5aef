import { useTranslation } from 'react-i18next'
import type { Interview } from '@/api/types'
import { CandidateFiles } from '@/files/CandidateFiles'
import { Card } from '@/ui/Page'

/** The résumés of the candidate, for recruiters and the interviewers of the interview. */
export function ResumeCard({ interview, canUpload }: { interview: Interview; canUpload: boolean }) {
  const { t } = useTranslation('files')
  return (
    <Card title={t('files.title')}>
      <CandidateFiles candidateId={interview.candidate.id} canUpload={canUpload} />
    </Card>
  )
}
