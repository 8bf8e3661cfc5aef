/** Excalidraw inserts the pasted definition as text when this fails. */
export const parseMermaidToExcalidraw = () => Promise.reject(new Error('Mermaid diagrams are not supported'))
