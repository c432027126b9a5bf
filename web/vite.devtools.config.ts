import { fileURLToPath, URL } from 'node:url'

import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

/**
 * What the library serves in debug, `vite build --mode page` and then `--mode app`.
 *
 * `page`: the script that other applications put into their pages, one classic script that is complete by itself.
 * `app`: the page at `/_crossguard/`, whose names are fixed because the server has a list of them.
 */
export default defineConfig(({ mode }) => ({
  plugins: mode === 'app' ? [vue()] : [],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  publicDir: false,
  build: {
    outDir: '../src/crossguard/devtools/static',
    emptyOutDir: false,
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    ...(mode === 'app'
      ? { rollupOptions: { input: 'devtools/app/main.ts' } }
      : { lib: { entry: 'devtools/page/page.ts', formats: ['iife'], name: 'crossguard', fileName: () => 'page.js' } }),
  },
}))
