/** The folder of the fonts of Excalidraw; see vite.config.ts. */
declare const __EXCALIDRAW_ASSETS__: string
