import { createApp } from 'vue'

import '@/styles/index.css'

import { createAsk, takeToken } from './data'
import DevtoolsApp from './DevtoolsApp.vue'

const token = takeToken(window)
createApp(DevtoolsApp, { ask: createAsk(token), token }).mount('#app')
