// A table that is wider than the screen is scrolled, by keyboard too (WCAG 2.1.1). The theme wraps tables when it starts.
const makeReachable = () => {
  for (const scrolled of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) scrolled.tabIndex = 0;
};
new MutationObserver(makeReachable).observe(document.body, { childList: true, subtree: true });
makeReachable();
