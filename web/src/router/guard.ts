import type { NavigationGuardReturn, RouteLocationNormalized } from 'vue-router'

import type { Session } from '@/composables/useSession'

declare module 'vue-router' {
  interface RouteMeta {
    /** Whether the page is for everybody, signed in or not. */
    public?: boolean
  }
}

/**
 * Send whoever is not signed in to the sign-in page, and note where they wanted to go.
 *
 * It does not ask for roles: the API decides who may see what, and a page shows its answer.
 */
export function createGuard(session: Session) {
  return async (to: Pick<RouteLocationNormalized, 'name' | 'meta' | 'query' | 'fullPath'>): Promise<NavigationGuardReturn> => {
    if (session.status.value === 'unknown') {
      await session.load()
    }
    const status = session.status.value
    if (to.name === 'sign-in' && status === 'signed-in') {
      return safeNext(to.query.next)
    }
    if (status === 'signed-out' && !to.meta.public) {
      return { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
    }
    // Still unknown when the API could not be asked: the application then shows why instead of the page.
    return true
  }
}

/**
 * Where to go after signing in: a path of this page's own origin, or the home page.
 *
 * `//host` and `/\host` are other hosts to a browser, also with tabs and line feeds in between
 * (URL Standard, "relative slash state"), so a link to the sign-in page could send a user who has
 * just typed a password anywhere.
 */
export function safeNext(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])[^\p{Cc}]*$/u.test(next) ? next : '/'
}
