"""What else makes a browser send a request than ``fetch()``: how a page is made to do it."""

import time

from tests.browser.engines.engine import Engine, Tab
from tests.browser.engines.servers import Servers
from tests.browser.recordings import Json
from tests.browser.sender_cases import Sender, seen_by_server

#: Seconds until a request that has not come counts as one that does not come.
PATIENCE = 1.5

_SEND = """
([kind, url, argument, policy]) => {
  const words = argument.split(' ');
  const add = (name, members) => {
    const element = Object.assign(document.createElement(name), members);
    document.body.append(element);
    return element;
  };
  if (policy) document.head.append(Object.assign(document.createElement('meta'), {name: 'referrer', content: policy}));
  const kinds = {
    form() {
      const form = add('form', {action: url, method: argument === 'get' ? 'get' : 'post'});
      if (argument.includes('/')) form.enctype = argument;
      form.append(Object.assign(document.createElement('input'), {name: 'a', value: '1'}));
      form.submit();
    },
    link() { add('a', {href: url}).click(); },
    beacon() {
      navigator.sendBeacon(url, argument === 'text' ? 'x' : new Blob(['{}'], {type: 'application/json'}));
    },
    image() { add('img', {crossOrigin: argument || null, src: url}); },
    script() { add('script', {crossOrigin: argument || null, src: url}); },
    module() { add('script', {type: 'module', crossOrigin: argument || null, src: url}); },
    frame() {
      const frame = document.createElement('iframe');
      if (argument) frame.setAttribute('sandbox', argument === 'sandbox' ? '' : argument);
      frame.src = url;
      document.body.append(frame);
    },
    'framed fetch'() { add('iframe', {src: `${words[0]}/embedded?${encodeURIComponent(url)}`}); },
    xhr() {
      const request = new XMLHttpRequest();
      request.open('POST', url);
      request.withCredentials = words.includes('credentials');
      if (words.includes('upload')) request.upload.onprogress = () => {};
      request.send('x');
    },
    eventsource() { new EventSource(url, {withCredentials: argument === 'credentials'}).onerror = (e) => e.target.close(); },
    referrer() { fetch(url, {referrer: argument === 'none' ? '' : argument, mode: 'no-cors', method: 'POST'}).catch(() => 0); },
    websocket() { new WebSocket(url).onerror = () => {}; },
  };
  // Later, so that this call has its answer before a navigation takes the page away.
  setTimeout(kinds[kind], 20);
}
"""


def _open(tab: Tab, url: str) -> None:
    """Load *url*; the navigation before may still be under way, and get in between."""
    for _ in range(5):
        try:
            tab.goto(url)
        except Exception:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"{url} does not load")


def send(sender: Sender, engine: Engine[Tab], tab: Tab, servers: Servers) -> Json | None:
    """Return what reaches the server of *sender*, None if nothing does."""
    _open(tab, f"{sender.page}/page")
    frames = [word for word in sender.argument.split() if sender.kind == "framed fetch"]
    engine.set_cookies([sender.target, *frames], [tab])
    servers.seen.clear()
    if sender.kind == "address bar":
        tab.goto(sender.url)
    else:
        tab.evaluate(_SEND, [sender.kind, sender.url, sender.argument, sender.policy])
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if any(one.target.path == sender.path and one.method != "OPTIONS" for one in servers.seen):
            break
        time.sleep(0.02)
    return seen_by_server(sender, servers.seen)
