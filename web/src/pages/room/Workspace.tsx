import { lazy, Suspense, useEffect, useState, type CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import { loadNamespace } from '@/i18n'
import { usePaneSizes, type PaneSizes } from '@/preferences/paneSizes'
import { hasPage, hasPermission } from '@/room/store'
import { useIsNarrow } from '@/ui/useIsNarrow'
import { Banners } from './Banners'
import { CodePane } from './CodePane'
import { DrawingPane, useDrawing } from './DrawingPane'
import { useRoomContext, useRoomSnapshot } from './RoomContext'
import { OutputPanel } from './OutputPanel'
import { ProblemPanel } from './ProblemPanel'
import { ChatPanel } from './ChatPanel'
import { PaneSeparator } from './PaneSeparator'
import { NotesPanel } from './NotesPanel'
import { PeoplePanel } from './PeoplePanel'
import { Panel, Tabs, type Tab } from './Tabs'
import { TopBar } from './TopBar'
import { useUnreadCount } from './useUnreadCount'

const QuestionBank = lazy(async () => {
  const [bank] = await Promise.all([import('./QuestionBank'), loadNamespace('questions')])
  return bank
})

type SidePane = 'chat' | 'notes' | 'people'
type CentrePane = 'code' | 'drawing'
type Pane = 'problem' | CentrePane | 'output' | SidePane

/** The room's panes: all visible on a desktop, one at a time on a phone. */
export function Workspace() {
  const { roomInfo } = useRoomContext()
  const narrow = useIsNarrow()
  const [isBankOpen, setBankOpen] = useState(false)
  const mayAdd = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'problem'))
  const openBank = () => setBankOpen(true)
  useEffect(() => {
    document.title = roomInfo.title
  }, [roomInfo.title])
  return (
    <div className="room">
      <TopBar />
      <Banners />
      {narrow ? <PhoneLayout onBank={openBank} /> : <DesktopLayout onBank={openBank} />}
      {isBankOpen && mayAdd && (
        <Suspense>
          <QuestionBank onClose={() => setBankOpen(false)} />
        </Suspense>
      )}
    </div>
  )
}

function DesktopLayout({ onBank }: { onBank: () => void }) {
  const { t } = useTranslation('room')
  const [side, setSide] = useState<SidePane>('chat')
  const [centre, setCentre] = useState<CentrePane>('code')
  const tabs = useSideTabs(side)
  const centreTabs = useCentreTabs()
  const sizes = usePaneSizes()
  const isPage = useRoomSnapshot(hasPage)
  return (
    <main className="room-body" style={sizeStyle(sizes)}>
      <section id="room-problem" className="room-problem" aria-label={t('pane.problem')}>
        <ProblemPanel onBank={onBank} />
      </section>
      <PaneSeparator pane="problem" />
      <div className={`room-centre${centre === 'drawing' ? ' room-centre--drawing' : ''}`}>
        <section className="room-code" aria-label={t('pane.centre')}>
          <Tabs id="centre" label={t('pane.centre')} tabs={centreTabs} value={centre} onChange={setCentre} />
          <Panel prefix="centre" value="code" shown={centre === 'code'}>
            <CodePane />
          </Panel>
          <Panel prefix="centre" value="drawing" shown={centre === 'drawing'}>
            <DrawingPane shown={centre === 'drawing'} />
          </Panel>
        </section>
        {centre === 'code' && <PaneSeparator pane="output" />}
        <section id="room-output" className="room-output" aria-label={t(isPage ? 'preview.title' : 'pane.output')} hidden={centre !== 'code'}>
          <OutputPanel />
        </section>
      </div>
      <PaneSeparator pane="side" />
      <aside id="room-side" className="room-side" aria-label={t('pane.label')}>
        <Tabs id="side" label={t('pane.label')} tabs={tabs} value={side} onChange={setSide} />
        <SidePanels shown={side} prefix="side" />
      </aside>
    </main>
  )
}

function sizeStyle(sizes: PaneSizes): CSSProperties {
  return Object.fromEntries(Object.entries(sizes).map(([pane, percent]) => [`--pane-${pane}`, `${percent}%`]))
}

function PhoneLayout({ onBank }: { onBank: () => void }) {
  const { t } = useTranslation('room')
  const [pane, setPane] = useState<Pane>('code')
  const centre = useCentreTabs()
  const side = useSideTabs(pane)
  const isPage = useRoomSnapshot(hasPage)
  const tabs: Tab<Pane>[] = [
    { value: 'problem', label: t('pane.problem') },
    ...centre,
    { value: 'output', label: t(isPage ? 'preview.title' : 'pane.output') },
    ...side,
  ]
  return (
    <main className="room-body">
      <Tabs id="pane" label={t('pane.label')} tabs={tabs} value={pane} onChange={setPane} />
      <Panel prefix="pane" value="problem" shown={pane === 'problem'}>
        <ProblemPanel onStarter={() => setPane('code')} onBank={onBank} />
      </Panel>
      <Panel prefix="pane" value="code" shown={pane === 'code'}>
        <CodePane onRun={() => setPane('output')} />
      </Panel>
      <Panel prefix="pane" value="drawing" shown={pane === 'drawing'}>
        <DrawingPane shown={pane === 'drawing'} />
      </Panel>
      <Panel prefix="pane" value="output" shown={pane === 'output'}>
        <OutputPanel />
      </Panel>
      <SidePanels shown={pane} prefix="pane" />
    </main>
  )
}

function SidePanels({ shown, prefix }: { shown: Pane; prefix: string }) {
  const canSeeNotes = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'notes') || hasPermission(snapshot, 'notes_read'))
  return (
    <>
      <Panel prefix={prefix} value="chat" shown={shown === 'chat'}>
        <ChatPanel />
      </Panel>
      {canSeeNotes && (
        <Panel prefix={prefix} value="notes" shown={shown === 'notes'}>
          <NotesPanel />
        </Panel>
      )}
      <Panel prefix={prefix} value="people" shown={shown === 'people'}>
        <PeoplePanel />
      </Panel>
    </>
  )
}

function useCentreTabs(): Tab<CentrePane>[] {
  const { t } = useTranslation('room')
  const unseen = useDrawing((snapshot) => snapshot.unseen)
  return [
    { value: 'code', label: t('pane.code') },
    { value: 'drawing', label: t('pane.drawing'), badge: unseen, badgeText: t('drawing.unseen', { count: unseen }) },
  ]
}

function useSideTabs(shown: Pane): Tab<SidePane>[] {
  const { t } = useTranslation('room')
  const canSeeNotes = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'notes') || hasPermission(snapshot, 'notes_read'))
  const waitingCount = useRoomSnapshot((snapshot) => snapshot.waitingParticipants.length)
  const unread = useUnreadCount(shown === 'chat')
  const tabs: Tab<SidePane>[] = [
    { value: 'chat', label: t('pane.chat'), badge: unread, badgeText: t('pane.unread', { count: unread }) },
    { value: 'people', label: t('pane.people'), badge: waitingCount, badgeText: t('people.waiting') },
  ]
  if (canSeeNotes) tabs.splice(1, 0, { value: 'notes', label: t('pane.notes') })
  return tabs
}
