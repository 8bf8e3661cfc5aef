import { CaptureUpdateAction, Excalidraw, MainMenu, reconcileElements, restoreElements } from '@excalidraw/excalidraw'
import '@excalidraw/excalidraw/index.css'
import type { ExcalidrawElement, OrderedExcalidrawElement } from '@excalidraw/excalidraw/element/types'
import type { ExcalidrawImperativeAPI, UIOptions } from '@excalidraw/excalidraw/types'
import { useEffect, useMemo, useRef, useState } from 'react'
import { isVisible, isNewer, sortVisible, type DrawingElement } from '@/drawing/element'
import { isComplete, isStorable, toEditor, toStored, type EditorElement } from '@/drawing/excalidraw'
import type { DrawingSync } from '@/drawing/sync'
import { currentLanguage } from '@/i18n/language'
import { useThemeMode } from '@/ui/useThemeMode'
import type { DrawingEditorProps } from './drawingEditorProps'

const editorLanguages = { 'zh-CN': 'zh-CN', en: 'en', ja: 'ja-JP' } as const
const NORMAL_FONT = 6

// What is local to a page, or would leave it, is not offered.
const options: Partial<UIOptions> = {
  canvasActions: { changeViewBackgroundColor: false, export: false, loadScene: false, saveAsImage: false, saveToActiveFile: false, toggleTheme: false },
  tools: { image: false },
}

/** Excalidraw with the drawing of the room. */
export default function DrawingEditor({ sync, readOnly, onUnsupported }: DrawingEditorProps) {
  const [api, setApi] = useState<ExcalidrawImperativeAPI | null>(null)
  const theme = useThemeMode()
  const initialData = useMemo(() => ({ elements: restoreVisible(sync.elements), appState: { currentItemFontFamily: NORMAL_FONT }, scrollToContent: true }), [sync])
  const latest = useRef({ readOnly, onUnsupported })
  useEffect(() => {
    latest.current = { readOnly, onUnsupported }
  })
  useEffect(() => {
    if (!api) return
    applyStored(api, sync, null) // what has arrived since the first render
    return sync.onRemoteChange((changed) => applyStored(api, sync, changed))
  }, [api, sync])

  function handleChange(scene: readonly OrderedExcalidrawElement[]) {
    if (!api || latest.current.readOnly) return
    const elements = scene as unknown as readonly EditorElement[]
    if (elements.some((element) => !element.isDeleted && (!isStorable(element) || element.link))) {
      latest.current.onUnsupported()
      const storable = elements.filter(isStorable).map((element) => ({ ...element, link: null }))
      api.updateScene({ elements: storable as unknown as ExcalidrawElement[], captureUpdate: CaptureUpdateAction.NEVER })
      return
    }
    sync.change(elements.filter((element) => isComplete(element) && isNewer(element, sync.get(element.id))).map(toStored))
    const older = new Set(elements.filter((element) => isOlder(element, sync.get(element.id))).map(({ id }) => id))
    if (older.size > 0 && !isEditing(api)) applyStored(api, sync, older)
  }

  return (
    <Excalidraw
      excalidrawAPI={setApi}
      initialData={initialData}
      onChange={handleChange}
      langCode={editorLanguages[currentLanguage()]}
      theme={theme}
      viewModeEnabled={readOnly}
      UIOptions={options}
      aiEnabled={false}
      validateEmbeddable={false}
      handleKeyboardGlobally={false}
    >
      <MainMenu>
        <MainMenu.DefaultItems.ClearCanvas />
        <MainMenu.DefaultItems.Help />
      </MainMenu>
    </Excalidraw>
  )
}

// A change that came while the element was edited here was not applied, and the edit has changed nothing.
function isOlder(element: EditorElement, stored: DrawingElement | undefined): boolean {
  return stored !== undefined && isNewer(stored, element)
}

function isEditing(api: ExcalidrawImperativeAPI): boolean {
  const { editingTextElement, resizingElement, newElement } = api.getAppState()
  return Boolean(editingTextElement ?? resizingElement ?? newElement)
}

/** Shows changes of others; with null the whole drawing, also where its versions are older. */
function applyStored(api: ExcalidrawImperativeAPI, sync: DrawingSync, changed: ReadonlySet<string> | null): void {
  const scene = api.getSceneElementsIncludingDeleted()
  if (changed === null) {
    api.updateScene({ elements: restoreVisible(sync.elements), captureUpdate: CaptureUpdateAction.NEVER })
    return
  }
  const elements = [...changed].flatMap((id) => sync.get(id) ?? [])
  const deleted = elements.flatMap((element) => {
    const local = isVisible(element) ? undefined : scene.find(({ id }) => id === element.id)
    return local ? [{ ...local, version: element.version, versionNonce: element.versionNonce, isDeleted: true }] : []
  })
  const remote = [...restoreVisible(elements), ...deleted] as unknown as Parameters<typeof reconcileElements>[1]
  api.updateScene({ elements: reconcileElements(scene, remote, api.getAppState()), captureUpdate: CaptureUpdateAction.NEVER })
}

// Sorted, because the editor renumbers elements that are not in their order.
function restoreVisible(elements: Iterable<DrawingElement>): OrderedExcalidrawElement[] {
  return restoreElements(sortVisible(elements).map(toEditor) as unknown as ExcalidrawElement[], null)
}
