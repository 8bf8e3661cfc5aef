import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

const csp = (script: string) =>
  `default-src 'none'; base-uri 'none'; form-action 'none'; img-src data: blob:; font-src data:; style-src 'unsafe-inline'; script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`

/** The page. The server replaces the comment with the exported interview. */
const page = (script: string, style: string) => `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${csp(script)}">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>会面</title>
<style>${style.replaceAll('</', '<\\/')}</style>
</head>
<body>
<div id="root"></div>
<!--transcript-->
<script>${script}</script>
</body>
</html>
`

/** Puts the only chunk and all styles into offline/replay.html. */
const inlineEverything: Plugin = {
  name: 'inline-everything',
  enforce: 'post',
  generateBundle(_options, bundle) {
    let script = ''
    let style = ''
    for (const [name, file] of Object.entries(bundle)) {
      if (file.type === 'chunk') script += file.code
      else if (name.endsWith('.css')) style += String(file.source)
      else throw new Error(`${name} cannot be inlined`)
      delete bundle[name]
    }
    script = script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')
    this.emitFile({ type: 'asset', fileName: 'offline/replay.html', source: page(script, style) })
  },
}

// The exported page: one file that a browser opens from disk.
export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  esbuild: { jsx: 'automatic' },
  plugins: [inlineEverything],
  build: {
    target: ['es2020', 'chrome87', 'edge88', 'firefox78', 'safari14'],
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    cssCodeSplit: false,
    modulePreload: false,
    emptyOutDir: false, // dist has the application
    copyPublicDir: false,
    chunkSizeWarningLimit: 4_000,
    rollupOptions: {
      input: fileURLToPath(new URL('./src/offline.tsx', import.meta.url)),
      output: { format: 'iife', inlineDynamicImports: true },
      onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning),
    },
  },
})
