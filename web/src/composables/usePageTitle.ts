import { toValue, watchEffect, type MaybeRefOrGetter } from 'vue'

/** Name the browser's tab after the page that is shown. */
export function usePageTitle(title: MaybeRefOrGetter<string>, page: Document = document): void {
  watchEffect(() => {
    page.title = `${toValue(title)} · Crossguard`
  })
}
