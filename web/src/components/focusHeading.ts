/**
 * Move the focus to the heading of the page.
 *
 * A change of page in one document is silent to a screen reader and leaves the keyboard on a link
 * that may be gone; the browser does this by itself only when it loads a document.
 */
export function focusHeading(page: Document = document): void {
  page.querySelector('h1')?.focus({ preventScroll: true })
}
