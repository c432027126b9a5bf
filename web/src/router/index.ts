import { createRouter, type Router, type RouterHistory } from 'vue-router'

import type { Session } from '@/composables/useSession'
import SignInView from '@/views/SignInView.vue'

import { createGuard } from './guard'

/** Make the router. Pages are loaded when they are first visited. */
export function createAppRouter(session: Session, history: RouterHistory): Router {
  const router = createRouter({
    history,
    routes: [
      { path: '/', name: 'home', component: () => import('@/views/HomeView.vue') },
      { path: '/sign-in', name: 'sign-in', component: SignInView, meta: { public: true } },
      { path: '/account', name: 'account', component: () => import('@/views/AccountView.vue') },
      { path: '/admin', redirect: '/admin/users' },
      { path: '/admin/users', name: 'users', component: () => import('@/views/UsersView.vue') },
      { path: '/admin/front-ends', name: 'front-ends', component: () => import('@/views/FrontEndsView.vue') },
      { path: '/admin/policies', name: 'policies', component: () => import('@/views/PoliciesView.vue') },
      { path: '/admin/cookies', name: 'cookies', component: () => import('@/views/CookiesView.vue') },
      { path: '/admin/explain', name: 'explain', component: () => import('@/views/ExplainView.vue') },
      // No longer than a number that the API could have given.
      { path: '/decisions/:id(\\d{1,18})', name: 'decision', component: () => import('@/views/DecisionView.vue') },
      {
        path: '/:path(.*)*',
        name: 'not-found',
        component: () => import('@/views/NotFoundView.vue'),
        meta: { public: true },
      },
    ],
    // A page that writes its state into its query is still the same page.
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
  })
  router.beforeEach(createGuard(session))
  return router
}
