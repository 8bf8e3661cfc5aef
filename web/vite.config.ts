import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import excalidraw from './node_modules/@excalidraw/excalidraw/package.json' with { type: 'json' }
import pdfjs from './node_modules/pdfjs-dist/package.json' with { type: 'json' }

const backend = process.env.HUIMIAN_DEV_BACKEND ?? 'http://127.0.0.1:8080'

// The character maps of CJK fonts that are not in the PDF, which pdf.js reads by name. The version is in the path,
// because the server lets browsers cache assets indefinitely.
const characterMaps = `assets/pdfjs-${pdfjs.version}/`
const emitCharacterMaps = {
  name: 'emit-character-maps',
  apply: 'build' as const,
  generateBundle(this: { emitFile: (file: { type: 'asset'; fileName: string; source: Uint8Array }) => string }) {
    const folder = new URL('./node_modules/pdfjs-dist/cmaps/', import.meta.url)
    for (const name of readdirSync(folder)) {
      if (name.endsWith('.bcmap')) this.emitFile({ type: 'asset', fileName: characterMaps + name, source: readFileSync(new URL(name, folder)) })
    }
  },
}

// The fonts of the drawing, which Excalidraw loads by name. Its Chinese hand-drawn font is left out for its size (13 MB).
const drawingAssets = `assets/excalidraw-${excalidraw.version}/`
const emitDrawingFonts = {
  name: 'emit-drawing-fonts',
  apply: 'build' as const,
  generateBundle(this: { emitFile: (file: { type: 'asset'; fileName: string; source: Uint8Array }) => string }) {
    const folder = new URL('./node_modules/@excalidraw/excalidraw/dist/prod/', import.meta.url)
    for (const name of readdirSync(new URL('fonts/', folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.woff2') || name.startsWith('Xiaolai')) continue
      this.emitFile({ type: 'asset', fileName: `${drawingAssets}fonts/${name}`, source: readFileSync(new URL(`fonts/${name}`, folder)) })
    }
  },
}

// esbuild compiles JSX by itself, so no React plugin (and no Babel) is needed.
export default defineConfig({
  plugins: [emitCharacterMaps, emitDrawingFonts],
  define: { __PDF_CMAPS__: JSON.stringify(`/${characterMaps}`), __EXCALIDRAW_ASSETS__: JSON.stringify(`/${drawingAssets}`) },
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  esbuild: { jsx: 'automatic' },
  server: {
    proxy: {
      '/api': backend,
      '/auth': backend,
      '/wecom': backend, // callbacks
      '/ws': { target: backend, ws: true },
    },
  },
  build: {
    // Older browsers than public/browser-check.js accepts can parse the code too, so that they display its notice
    // and not a white page. Top-level await is not available at these targets.
    target: ['es2020', 'chrome87', 'edge88', 'firefox78', 'safari14'],
    // The server's policy allows no inline code, and small assets are cached better as files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    manifest: true, // read by size.mjs
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      // "use client" directives are for server rendering; the dependencies contain dozens.
      onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning),
    },
  },
  test: {
    environment: 'node', // a test that needs the DOM requests jsdom in its first line
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['./vitest.setup.ts'],
    testTimeout: 60_000,
  },
})
