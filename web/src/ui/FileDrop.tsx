import type { DragEvent } from 'react'
import { useId, useState } from 'react'
import './file-drop.css'

interface Props {
  title: string
  hint: string
  /** Extensions and types that the file dialog offers. */
  accept: string
  multiple?: boolean
  large?: boolean
  /** No files are selected while it is true. */
  busy: boolean
  onChoose: (files: File[]) => void
}

/** A file input with drag and drop. Dropped files are not limited by accept and multiple. */
export function FileDrop({ title, hint, accept, multiple = false, large = false, busy, onChoose }: Props) {
  const inputId = useId()
  const [dragging, setDragging] = useState(false)
  function handleFiles(files: File[]) {
    if (!busy && files.length > 0) onChoose(files)
  }
  function handleDrop(event: DragEvent) {
    event.preventDefault()
    setDragging(false)
    handleFiles([...event.dataTransfer.files])
  }
  return (
    <label
      htmlFor={inputId}
      className={`hm-file-drop${large ? ' hm-file-drop--large' : ''}${dragging ? ' hm-file-drop--over' : ''}`}
      aria-busy={busy}
      onDragOver={(event) => {
        event.preventDefault()
        setDragging(true)
      }}
      onDragLeave={() => setDragging(false)}
      onDrop={handleDrop}
    >
      <input
        id={inputId}
        type="file"
        multiple={multiple}
        className="hm-sr-only"
        accept={accept}
        disabled={busy}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])]
          event.target.value = '' // allows the same file to be selected again after a correction
          handleFiles(files)
        }}
      />
      <b className="hm-strong">{title}</b>
      <span className="hm-small hm-muted">{hint}</span>
    </label>
  )
}
