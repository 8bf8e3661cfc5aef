import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { TimedNote } from '@/api/types'
import { useSession } from '@/app/useSession'
import { DrawingView } from '@/drawing/DrawingView'
import { NotesView } from '@/notes/NotesView'
import type { ReplayLog } from '@/replay/log'
import { Player } from '@/replay/player'
import { filesOf, languageOf, lastEditedFile, Recording } from '@/replay/recording'
import { grammarOfPath } from '@/room/fileNames'
import type { AnswerName, FileName } from '@/room/protocol'
import { codeLanguageName } from '@/ui/codeLanguage'
import { Panel, Tabs } from '../room/Tabs'
import { Controls } from './Controls'
import { EventList } from './EventList'
import { RecordedChat } from './RecordedChat'
import { RecordedDocument } from './RecordedDocument'
import { hasPageAt, RecordedPreview } from './RecordedPreview'
import { RecordedRuns } from './RecordedRuns'
import { toNoteMoments } from './noteMoments'
import { Timeline } from './Timeline'
import { usePlayerShortcuts, usePlayerSnapshot } from './usePlayer'
import '../room/files.css'

const tabs = ['events', 'output', 'preview', 'chat', 'notes'] as const
type TabName = (typeof tabs)[number]

interface Props {
  log: ReplayLog
  /** the log lacks the notes */
  withoutNotes?: boolean
  /** in a file, where no server has the frame of the preview */
  withoutPreview?: boolean
  /** absent in a file, where links to a moment lead nowhere */
  timed?: { notes: TimedNote[]; render: (player: Player, recording: Recording) => ReactNode }
}

/** Plays a log. */
export function ReplayView({ log, timed, withoutNotes, withoutPreview }: Props) {
  const { t } = useTranslation('replay')
  const [query] = useSearchParams()
  const recording = useMemo(() => new Recording(log), [log])
  const [player] = useState(() => new Player(recording, initialTime(query, recording)))
  const noteMoments = useMemo(() => toNoteMoments(timed?.notes ?? [], recording), [timed?.notes, recording])
  const [tab, setTab] = useState<TabName>('events')
  const [follow, setFollow] = useState(true)
  useEffect(() => () => player.pause(), [player])
  usePlayerShortcuts(player, recording)
  const hasPage = useMemo(() => !withoutPreview && recording.moments.some(({ time }) => hasPageAt(recording, time)), [recording, withoutPreview])
  const shownTabs = tabs.filter((value) => (value !== 'notes' || !withoutNotes) && (value !== 'preview' || hasPage))
  const sharedNotes = <RecordedDocument doc="notes" label={t('notes')} player={player} recording={recording} follow={follow} />
  return (
    <div className="replay">
      <section className="replay__code" aria-label={t('code')}>
        <StateLine player={player} recording={recording} />
        <RecordedWork player={player} recording={recording} follow={follow} />
      </section>
      <section className="replay__side">
        <Tabs id="replay" label={t('panes')} tabs={shownTabs.map((value) => ({ value, label: t(`tab.${value}`) }))} value={tab} onChange={setTab} />
        <Panel prefix="replay" value="events" shown={tab === 'events'}>
          <EventList player={player} recording={recording} notes={noteMoments} />
        </Panel>
        <Panel prefix="replay" value="output" shown={tab === 'output'}>
          <RecordedRuns player={player} recording={recording} />
        </Panel>
        {hasPage && (
          <Panel prefix="replay" value="preview" shown={tab === 'preview'}>
            <RecordedPreview player={player} recording={recording} />
          </Panel>
        )}
        <Panel prefix="replay" value="chat" shown={tab === 'chat'}>
          <RecordedChat player={player} recording={recording} />
        </Panel>
        {!withoutNotes && (
          <Panel prefix="replay" value="notes" shown={tab === 'notes'}>
            {timed ? <NotesView document={sharedNotes} timed={timed.render(player, recording)} /> : sharedNotes}
          </Panel>
        )}
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

/** The answer or the drawing at this moment: the file of the last edit, or the drawing after it, until one is chosen. */
function RecordedWork({ player, recording, follow }: { player: Player; recording: Recording; follow: boolean }) {
  const { t } = useTranslation('replay')
  const [chosen, setChosen] = useState<FileName | typeof DRAWING | null>(null)
  const state = usePlayerSnapshot(player, ({ time }) => recording.stateAt(time))
  const edited = usePlayerSnapshot(player, ({ time }) => lastChangedWork(recording, state.answer, time))
  const { entry, files } = filesOf(state, state.answer)
  const file = files.find(({ doc }) => doc === chosen) ?? files.find(({ doc }) => doc === edited)
  const isChosen = chosen === DRAWING || file?.doc === chosen
  const doc = file?.doc ?? entry
  const shown = (isChosen ? chosen : edited) === DRAWING ? DRAWING : doc
  const hasDrawing = !recording.drawing.isEmpty
  const language = file?.path ? grammarOfPath(file.path) : languageOf(state, state.answer)
  return (
    <>
      {(files.length > 1 || hasDrawing) && (
        <div className="room-files__tabs replay__files" role="group" aria-label={t('files')}>
          <button type="button" className="room-file-tab" aria-pressed={!isChosen} onClick={() => setChosen(null)}>
            {t('followFile')}
          </button>
          {files.map((item) => (
            <button key={item.doc} type="button" className="room-file-tab" aria-pressed={item.doc === shown} onClick={() => setChosen(item.doc)}>
              {item.doc === entry && files.length > 1 && '▸ '}
              {item.path ?? t('code')}
            </button>
          ))}
          {hasDrawing && (
            <button type="button" className="room-file-tab" aria-pressed={shown === DRAWING} onClick={() => setChosen(DRAWING)}>
              {t('drawing')}
            </button>
          )}
        </div>
      )}
      {shown === DRAWING ? (
        <RecordedDrawing player={player} recording={recording} />
      ) : (
        <RecordedDocument key={doc} doc={doc} language={language} label={file?.path ?? t('code')} player={player} recording={recording} follow={follow} />
      )}
    </>
  )
}

const DRAWING = 'drawing'

/** The file of the last edit before a time, or the drawing if it was changed after it. */
function lastChangedWork(recording: Recording, answer: AnswerName, time: number): FileName | typeof DRAWING {
  const doc = lastEditedFile(recording, answer, time)
  const history = recording.documents.get(doc)
  const edited = history?.times[history.versionAt(time) - 1] ?? -1
  return recording.drawing.lastChange(time) > edited ? DRAWING : doc
}

function RecordedDrawing({ player, recording }: { player: Player; recording: Recording }) {
  const elements = usePlayerSnapshot(player, ({ time }) => recording.drawing.elementsAt(time))
  return <DrawingView elements={elements} bounds={recording.drawing.bounds} />
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
