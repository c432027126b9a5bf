"""What pages do, as JavaScript: each takes a URL and says what became of it."""

FETCH = """async ([url, init]) => {
  try { const got = await fetch(url, {credentials: 'include', ...init});
        return {status: got.status, type: got.type, text: await got.text()}; }
  catch (error) { return {error: error.name}; } }"""

TEXT_PLAIN = """async url => {
  const init = {method: 'POST', credentials: 'include', mode: 'no-cors', body: '{"to":"mallory"}'};
  try { return (await fetch(url, init)).type; } catch (error) { return error.name; } }"""

BEACON = """url => String(navigator.sendBeacon(url, 'to=mallory'))"""

IMAGE = """([url, crossorigin]) => new Promise(done => {
  const image = new Image(); if (crossorigin) image.crossOrigin = crossorigin;
  image.onload = () => done('loaded'); image.onerror = () => done('failed'); image.src = url; })"""

FORM = """([url, target, enctype]) => {
  const form = document.createElement('form'); form.method = 'post'; form.action = url;
  form.enctype = enctype || 'application/x-www-form-urlencoded'; form.target = target || '_self';
  const field = document.createElement('input'); field.name = 'to'; field.value = 'mallory';
  form.append(field); document.body.append(form); form.submit(); return 'sent'; }"""

SANDBOXED_FORM = """url => { const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-forms allow-scripts');
  frame.srcdoc = `<form method=post action="${url}"></form><script>document.forms[0].submit()</scr` + 'ipt>';
  document.body.append(frame); return 'sent'; }"""

SOCKET = """url => new Promise(done => {
  const socket = new WebSocket(url);
  socket.onopen = () => socket.send('hello'); socket.onmessage = event => { done(event.data); socket.close(); };
  socket.onerror = () => done('failed'); })"""

EVENTS = """url => new Promise(done => {
  const source = new EventSource(url, {withCredentials: true});
  source.onmessage = event => { done(event.data); source.close(); };
  source.onerror = () => { done('failed'); source.close(); }; })"""
