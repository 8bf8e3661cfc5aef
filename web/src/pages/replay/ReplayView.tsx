import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { TimedNote } from '@/api/types'
import { useSession } from '@/app/useSession'
import { NotesView } from '@/notes/NotesView'
import type { ReplayLog } from '@/replay/log'
import { Player } from '@/replay/player'
import { filesOf, languageOf, lastEditedFile, Recording } from '@/replay/recording'
import { grammarOfPath } from '@/room/fileNames'
import type { FileName } from '@/room/protocol'
import { codeLanguageName } from '@/ui/codeLanguage'
import { Panel, Tabs } from '../room/Tabs'
import { Controls } from './Controls'
import { EventList } from './EventList'
import { RecordedChat } from './RecordedChat'
import { RecordedDocument } from './RecordedDocument'
import { RecordedRuns } from './RecordedRuns'
import { toNoteMoments } from './noteMoments'
import { Timeline } from './Timeline'
import { usePlayerShortcuts, usePlayerSnapshot } from './usePlayer'
import '../room/files.css'

const tabs = ['events', 'output', 'chat', 'notes'] as const
type TabName = (typeof tabs)[number]

interface Props {
  log: ReplayLog
  /** absent in a file, where links to a moment lead nowhere */
  timed?: { notes: TimedNote[]; render: (player: Player, recording: Recording) => ReactNode }
}

/** Plays a log. */
export function ReplayView({ log, timed }: Props) {
  const { t } = useTranslation('replay')
  const [query] = useSearchParams()
  const recording = useMemo(() => new Recording(log), [log])
  const [player] = useState(() => new Player(recording, initialTime(query, recording)))
  const noteMoments = useMemo(() => toNoteMoments(timed?.notes ?? [], recording), [timed?.notes, recording])
  const [tab, setTab] = useState<TabName>('events')
  const [follow, setFollow] = useState(true)
  useEffect(() => () => player.pause(), [player])
  usePlayerShortcuts(player, recording)
  const sharedNotes = <RecordedDocument doc="notes" label={t('notes')} player={player} recording={recording} follow={follow} />
  return (
    <div className="replay">
      <section className="replay__code" aria-label={t('code')}>
        <StateLine player={player} recording={recording} />
        <RecordedAnswer player={player} recording={recording} follow={follow} />
      </section>
      <section className="replay__side">
        <Tabs id="replay" label={t('panes')} tabs={tabs.map((value) => ({ value, label: t(`tab.${value}`) }))} value={tab} onChange={setTab} />
        <Panel prefix="replay" value="events" shown={tab === 'events'}>
          <EventList player={player} recording={recording} notes={noteMoments} />
        </Panel>
        <Panel prefix="replay" value="output" shown={tab === 'output'}>
          <RecordedRuns player={player} recording={recording} />
        </Panel>
        <Panel prefix="replay" value="chat" shown={tab === 'chat'}>
          <RecordedChat player={player} recording={recording} />
        </Panel>
        <Panel prefix="replay" value="notes" shown={tab === 'notes'}>
          {timed ? <NotesView document={sharedNotes} timed={timed.render(player, recording)} /> : sharedNotes}
        </Panel>
      </section>
      <div className="replay__controls">
        <Timeline player={player} recording={recording} notes={noteMoments} />
        <Controls player={player} interviewId={timed && log.interviewId} follow={follow} onFollowChange={setFollow} duration={recording.duration} />
      </div>
    </div>
  )
}

/** The time in a link: t in seconds of the recording, or at as a time of day. */
function initialTime(query: URLSearchParams, recording: Recording): number {
  const at = query.get('at')
  return at ? Date.parse(at) - recording.start : Number(query.get('t') ?? 0) * 1_000
}

/** The answer that the room shows at this moment: the file of the last edit, until a file is chosen. */
function RecordedAnswer({ player, recording, follow }: { player: Player; recording: Recording; follow: boolean }) {
  const { t } = useTranslation('replay')
  const [chosen, setChosen] = useState<FileName | null>(null)
  const state = usePlayerSnapshot(player, ({ time }) => recording.stateAt(time))
  const edited = usePlayerSnapshot(player, ({ time }) => lastEditedFile(recording, state.answer, time))
  const { entry, files } = filesOf(state, state.answer)
  const shown = files.find(({ doc }) => doc === chosen) ?? files.find(({ doc }) => doc === edited)
  const doc = shown?.doc ?? entry
  const language = shown?.path ? grammarOfPath(shown.path) : languageOf(state, state.answer)
  return (
    <>
      {files.length > 1 && (
        <div className="room-files__tabs replay__files" role="group" aria-label={t('files')}>
          <button type="button" className="room-file-tab" aria-pressed={!shown || chosen !== doc} onClick={() => setChosen(null)}>
            {t('followFile')}
          </button>
          {files.map((file) => (
            <button key={file.doc} type="button" className="room-file-tab" aria-pressed={file.doc === doc} onClick={() => setChosen(file.doc)}>
              {file.doc === entry && '▸ '}
              {file.path}
            </button>
          ))}
        </div>
      )}
      <RecordedDocument key={doc} doc={doc} language={language} label={shown?.path ?? t('code')} player={player} recording={recording} follow={follow} />
    </>
  )
}

/** The question, the language and the people at this moment. */
function StateLine({ player, recording }: { player: Player; recording: Recording }) {
  const { t } = useTranslation('replay')
  const state = usePlayerSnapshot(player, ({ time }) => recording.stateAt(time))
  const { question, present } = state
  const language = languageOf(state, state.answer)
  const { languages } = useSession().features.sandbox
  const names = present.map((id) => recording.nameOf(id)).join(t('separator'))
  return (
    <div className="replay__state hm-small hm-muted">
      <span>{question ? t('question', { title: question }) : t('noQuestion')}</span>
      {language && <span>{t('language', { language: codeLanguageName(languages, language) })}</span>}
      <span>{names ? t('present', { names }) : t('nobody')}</span>
    </div>
  )
}
