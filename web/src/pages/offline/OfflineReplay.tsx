import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Boundary } from '@/app/ErrorBoundary'
import { toReplayLog, type Transcript } from '@/transcript/document'
import { verifyTranscript, type Verification } from '@/transcript/verify'
import { ReplayView } from '../replay/ReplayView'
import '@/ui/page.css'
import '../room/room.css'
import '../room/editor.css'
import '../room/panels.css'
import '../replay/replay.css'
import './offline.css'

/** Plays and verifies an exported interview. */
export function OfflineReplay({ transcript, json }: { transcript: Transcript; json: string }) {
  const { t } = useTranslation('replay')
  const download = useMemo(() => URL.createObjectURL(new Blob([json], { type: 'application/json' })), [json])
  return (
    <main className="hm-page">
      <header className="hm-page__head">
        <div className="hm-grow">
          <h1>{t('title')}</h1>
          <div className="hm-page__sub">{transcript.interviewId}</div>
        </div>
        <a href={download} download={`interview-${transcript.interviewId}.json`}>
          {t('offline.json')}
        </a>
      </header>
      <VerificationNotice transcript={transcript} />
      {/* A record that was changed may not be playable. What is wrong with it is still shown. */}
      <Boundary fallback={<p role="alert">{t('offline.unplayable')}</p>}>
        <Playback transcript={transcript} />
      </Boundary>
    </main>
  )
}

function Playback({ transcript }: { transcript: Transcript }) {
  const log = useMemo(() => toReplayLog(transcript), [transcript])
  return <ReplayView log={log} withoutPreview />
}

function VerificationNotice({ transcript }: { transcript: Transcript }) {
  const { t } = useTranslation('replay')
  const [result, setResult] = useState<Verification>()
  useEffect(() => void verifyTranscript(transcript).then(setResult), [transcript])
  const state = result?.state ?? 'checking'
  return (
    <p role="status" className={`offline-notice offline-notice--${state}`}>
      {t(`offline.${state}`, noticeValues(result))}
    </p>
  )
}

function noticeValues(result: Verification | undefined): Record<string, string | number> {
  switch (result?.state) {
    case 'valid':
    case 'chainOnly':
      return { at: new Date(result.sealedAt).toLocaleString(), key: result.keyIds.join(', ') }
    case 'row':
      return { row: result.row, stream: result.stream, kind: result.kind }
    case 'seal':
      return { seal: result.seal }
    default:
      return {}
  }
}
