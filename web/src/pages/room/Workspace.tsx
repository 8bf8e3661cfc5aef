import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { hasPermission } from '@/room/store'
import { useIsNarrow } from '@/ui/useIsNarrow'
import { Banners } from './Banners'
import { CodePane } from './CodePane'
import { useRoomContext, useRoomSnapshot } from './RoomContext'
import { OutputPanel } from './OutputPanel'
import { ProblemPanel } from './ProblemPanel'
import { ChatPanel } from './ChatPanel'
import { NotesPanel } from './NotesPanel'
import { PeoplePanel } from './PeoplePanel'
import { Panel, Tabs, type Tab } from './Tabs'
import { TopBar } from './TopBar'
import { useUnreadCount } from './useUnreadCount'

type SidePane = 'chat' | 'notes' | 'people'
type Pane = 'problem' | 'code' | 'output' | SidePane

/** The room's panes: all visible on a desktop, one at a time on a phone. */
export function Workspace() {
  const { roomInfo } = useRoomContext()
  const narrow = useIsNarrow()
  useEffect(() => {
    document.title = roomInfo.title
  }, [roomInfo.title])
  return (
    <div className="room">
      <TopBar />
      <Banners />
      {narrow ? <PhoneLayout /> : <DesktopLayout />}
    </div>
  )
}

function DesktopLayout() {
  const { t } = useTranslation('room')
  const [side, setSide] = useState<SidePane>('chat')
  const tabs = useSideTabs(side)
  return (
    <main className="room-body">
      <section className="room-problem" aria-label={t('pane.problem')}>
        <ProblemPanel />
      </section>
      <div className="room-centre">
        <section className="room-code" aria-label={t('pane.code')}>
          <CodePane />
        </section>
        <section className="room-output" aria-label={t('pane.output')}>
          <OutputPanel />
        </section>
      </div>
      <aside className="room-side" aria-label={t('pane.label')}>
        <Tabs id="side" label={t('pane.label')} tabs={tabs} value={side} onChange={setSide} />
        <SidePanels shown={side} prefix="side" />
      </aside>
    </main>
  )
}

function PhoneLayout() {
  const { t } = useTranslation('room')
  const [pane, setPane] = useState<Pane>('code')
  const side = useSideTabs(pane)
  const tabs: Tab<Pane>[] = [
    { value: 'problem', label: t('pane.problem') },
    { value: 'code', label: t('pane.code') },
    { value: 'output', label: t('pane.output') },
    ...side,
  ]
  return (
    <main className="room-body">
      <Tabs id="pane" label={t('pane.label')} tabs={tabs} value={pane} onChange={setPane} />
      <Panel prefix="pane" value="problem" shown={pane === 'problem'}>
        <ProblemPanel onStarter={() => setPane('code')} />
      </Panel>
      <Panel prefix="pane" value="code" shown={pane === 'code'}>
        <CodePane onRun={() => setPane('output')} />
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
