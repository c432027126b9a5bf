// What a page that is not listed can try with the browser of a user who is signed in, and what becomes of it.
const say = (id, text) => {
  document.getElementById(id).textContent = text
}

async function run() {
  const response = await fetch('/config.json', { cache: 'no-store' })
  const { api } = await response.json()
  say('origin', location.origin)
  say('api', api)

  say('read-code', `fetch("${api}/api/me", { credentials: "include" })`)
  try {
    const answer = await fetch(`${api}/api/me`, { credentials: 'include' })
    say('read-result', `It was allowed to read the answer (${answer.status}): this origin is listed.`)
  } catch {
    say('read-result', 'Refused: the browser did not hand the answer over, because the API does not name this origin.')
  }

  try {
    await fetch(`${api}/livez`, { mode: 'no-cors', credentials: 'omit' })
  } catch {
    say('read-result', 'The API cannot be reached.')
    say('write-result', 'The API cannot be reached.')
    return
  }

  say('write-code', `fetch("${api}/auth/sign-out", { method: "POST", mode: "no-cors", credentials: "include" })`)
  // The page sees nothing of any answer: neither the status nor that there was an answer.
  await fetch(`${api}/auth/sign-out`, { method: 'POST', mode: 'no-cors', credentials: 'include' }).catch(() => null)
  say('write-result', 'Sent, and refused by the API: the browser says where a request comes from. The page cannot even see that.')
  document.getElementById('after').hidden = false
}

void run()
