import { createApp } from 'vue'
import { createWebHistory } from 'vue-router'

import { createClient } from '@/api/client'
import { loadConfig } from '@/api/config'
import { clientKey, createSession, sessionKey } from '@/composables/useSession'
import { createAppRouter } from '@/router'

import './styles/index.css'

import App from './App.vue'
import StartFailure from './StartFailure.vue'

async function start(): Promise<void> {
  let config
  try {
    config = await loadConfig()
  } catch (reason) {
    createApp(StartFailure, { reason: reason instanceof Error ? reason.message : String(reason) }).mount('#app')
    return
  }
  const client = createClient({ api: config.api, onSignInRequired: () => session.expire() })
  const session = createSession(client)
  const router = createAppRouter(session, createWebHistory())
  createApp(App).provide(clientKey, client).provide(sessionKey, session).use(router).mount('#app')
}

void start()
