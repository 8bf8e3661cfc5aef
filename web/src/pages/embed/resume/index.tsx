import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { embeddedResumeQuery } from '@/api/embed'
import type { EmbeddedResume } from '@/api/types'
import { Card } from '@/ui/Page'
import { EmbedFrame } from '../EmbedFrame'

/** Candidate information in a frame of ShowMeBug's room. */
export default function EmbeddedResumePage() {
  const { t } = useTranslation()
  const { token = '' } = useParams()
  const resume = useQuery(embeddedResumeQuery(token))
  return (
    <EmbedFrame title={t('embed.resume')} query={resume}>
      {(loaded) => <ResumeFacts resume={loaded} />}
    </EmbedFrame>
  )
}

function ResumeFacts({ resume: { resumeUrl, source, note, questions } }: { resume: EmbeddedResume }) {
  const { t } = useTranslation()
  const isEmpty = !resumeUrl && !source && !note && questions.length === 0
  return (
    <Card>
      {isEmpty && <p className="hm-muted">{t('embed.nothing')}</p>}
      {resumeUrl && (
        <a className="t-button t-button--theme-primary t-button--variant-base hm-embed__open" href={resumeUrl} target="_blank" rel="noreferrer noopener">
          <span className="t-button__text">{t('candidates.openResume')}</span>
        </a>
      )}
      <dl className="hm-facts">
        {source && (
          <>
            <dt>{t('candidates.source')}</dt>
            <dd>{source}</dd>
          </>
        )}
        {note && (
          <>
            <dt>{t('interview.note')}</dt>
            <dd className="hm-wrap">{note}</dd>
          </>
        )}
        {questions.length > 0 && (
          <>
            <dt>{t('form.questions')}</dt>
            <dd>
              <ul>
                {questions.map(({ id, title }) => (
                  <li key={id}>{title}</li>
                ))}
              </ul>
            </dd>
          </>
        )}
      </dl>
    </Card>
  )
}
