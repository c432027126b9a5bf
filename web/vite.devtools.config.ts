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
  // The page itself is served as it is written: the server puts the token into it.
  publicDir: mode === 'app' ? 'devtools/app/public' : (false as const),
  build: {
    outDir: '../src/crossguard/devtools/static',
    emptyOutDir: false,
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    ...(mode === 'app'
      ? {
          modulePreload: { polyfill: false },
          cssCodeSplit: false,
          rollupOptions: {
            input: 'devtools/app/main.ts',
            output: { entryFileNames: 'app.js', assetFileNames: 'app[extname]' },
          },
        }
      : { lib: { entry: 'devtools/page/page.ts', formats: ['iife'], name: 'crossguard', fileName: () => 'page.js' } }),
  },
}))
