import { fileURLToPath, URL } from 'node:url'

import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

import { serveConfig } from './plugins/serve-config.ts'
import { crossguard } from './vite-plugin-crossguard/src/index.ts'

const webPort = Number(process.env.WEB_PORT ?? 8080)
const apiPort = Number(process.env.API_PORT ?? 5000)

export default defineConfig({
  plugins: [
    vue(),
    serveConfig({ api: `http://localhost:${apiPort}` }),
    crossguard({ api: `http://localhost:${apiPort}`, instance: process.env.CROSSGUARD_INSTANCE }),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // The page of devtools/app is another build's, and its addresses are written by the library.
  optimizeDeps: { entries: 'index.html' },
  // No proxy: a proxy would make one origin of two, and crossing origins is what this page shows.
  // A taken port is an error because the API lists this origin, port included.
  server: { host: 'localhost', port: webPort, strictPort: true },
  preview: { host: 'localhost', port: webPort, strictPort: true },
  build: {
    outDir: '../src/crossguard/console/static',
    emptyOutDir: true,
    // The style sheets use light-dark(), which these browsers know; an older target makes the
    // minifier replace it by two sets of custom properties.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The preload polyfill is for browsers older than those.
    modulePreload: { polyfill: false },
  },
})
