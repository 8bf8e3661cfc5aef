import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const backend = process.env.HUIMIAN_DEV_BACKEND ?? 'http://127.0.0.1:8080'

// esbuild compiles JSX by itself, so no React plugin (and no Babel) is needed.
export default defineConfig({
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
  },
})
