// Before the first paint, so that a remembered theme does not flash the other one. A file of its
// own because the page's Content-Security-Policy runs no inline script.
try {
  const theme = localStorage.getItem('crossguard.theme')
  if (theme === 'light' || theme === 'dark') {
    document.documentElement.dataset.theme = theme
  }
} catch {
  // Storage is forbidden: the system's theme it is.
}
