import { flushPromises, type DOMWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'

import App from '@/App.vue'
import type { User } from '@/api/types'

import { admin, json, member, mountAt, problem, type Answer, type Mounted } from '../../../test/support'

let mounted: Mounted

afterEach(() => mounted.wrapper.unmount())

const jonas: User = { ...member, id: 3, username: 'jonas', disabled: true }

async function openUsers(answers: Record<string, Answer | Answer[]> = {}): Promise<void> {
  mounted = await mountAt(App, '/admin/users', { 'GET /admin/users': json({ items: [admin, member, jonas] }), ...answers })
}

const spaced = (element: { text: () => string }) => element.text().replaceAll(/\s+/g, ' ')
const names = () => mounted.wrapper.findAll('tbody .name .text').map((cell) => cell.text())

function button(name: string): DOMWrapper<Element> {
  const found = mounted.wrapper.findAll('button').find((candidate) => spaced(candidate) === name)
  if (found === undefined) {
    throw new Error(`no button ${name}`)
  }
  return found
}

async function press(name: string): Promise<void> {
  await button(name).trigger('click')
  await flushPromises()
}

function sent(method: string): [string, unknown][] {
  return mounted.fetch.mock.calls
    .filter(([, init]) => init?.method === method)
    .map(([url, init]) => [new URL(String(url)).pathname, init?.body === undefined ? null : JSON.parse(String(init.body))])
}

describe('the users page', () => {
  it('lists the accounts in a table with a name', async () => {
    await openUsers()
    expect(names()).toEqual(['admin', 'mira', 'jonas'])
    expect(mounted.wrapper.get('table caption').text()).toBe('Users')
    expect(mounted.wrapper.findAll('.badge').map((badge) => badge.text())).toEqual(['you', 'Active', 'Active', 'Disabled'])
  })

  it('offers nobody to lock themselves out', async () => {
    await openUsers()
    const own = mounted.wrapper.get('tbody tr')
    expect(own.find('select').exists()).toBe(false)
    expect(own.findAll('button').map(spaced)).toEqual(['Set password of admin'])
  })

  it('creates a user', async () => {
    const lena: User = { ...member, id: 9, username: 'lena' }
    await openUsers({ 'POST /admin/users': json(lena, 201) })
    await press('New user')
    const dialog = mounted.wrapper.get('dialog')
    expect(dialog.attributes('open')).toBeDefined()
    expect(document.getElementById(dialog.attributes('aria-labelledby') ?? '')?.textContent).toBe('New user')
    const [username, password] = dialog.findAll('input')
    await username?.setValue('lena')
    await password?.setValue('a long enough one')
    await dialog.get('select').setValue('admin')
    await dialog.get('form').trigger('submit')
    await flushPromises()
    expect(sent('POST')).toEqual([['/admin/users', { username: 'lena', password: 'a long enough one', role: 'admin' }]])
    expect(mounted.wrapper.find('dialog').exists()).toBe(false)
    expect(names()).toEqual(['admin', 'jonas', 'lena', 'mira'])
    expect(mounted.wrapper.get('.note.allowed').text()).toBe('lena may sign in now.')
  })

  it('says what is wrong with a new user, at the field', async () => {
    const errors = [{ where: 'password', reason: '12 to 256 characters' }]
    await openUsers({ 'POST /admin/users': problem(400, 'invalid-body', { errors }) })
    await press('New user')
    const [first, second] = mounted.wrapper.findAll('dialog input')
    await first?.setValue('nora')
    await second?.setValue('short')
    await mounted.wrapper.get('dialog form').trigger('submit')
    await flushPromises()
    const [username, password] = mounted.wrapper.findAll('dialog input')
    expect(username?.attributes('aria-invalid')).toBeUndefined()
    expect(document.getElementById(username?.attributes('aria-describedby') ?? '')?.textContent).toContain('3 to 64')
    expect(document.getElementById(password?.attributes('aria-describedby') ?? '')?.textContent).toBe('12 to 256 characters')
  })

  it('closes the dialog on Escape and on Cancel', async () => {
    await openUsers()
    await press('New user')
    await mounted.wrapper.get('dialog').trigger('cancel')
    expect(mounted.wrapper.find('dialog').exists()).toBe(false)
    await press('New user')
    await press('Cancel')
    expect(mounted.wrapper.find('dialog').exists()).toBe(false)
  })

  it('changes a role', async () => {
    await openUsers({ 'PATCH /admin/users/2': json({ ...member, role: 'admin' }) })
    const select = mounted.wrapper.get<HTMLSelectElement>('select[aria-label="Role of mira"]')
    await select.setValue('admin')
    await flushPromises()
    expect(sent('PATCH')).toEqual([['/admin/users/2', { role: 'admin' }]])
    expect(select.element.value).toBe('admin')
    expect(mounted.wrapper.get('.note.allowed').text()).toBe('mira is an administrator now.')
  })

  it('leaves a role as it was when the API does not agree', async () => {
    await openUsers({ 'PATCH /admin/users/2': problem(409, 'own-account') })
    const select = mounted.wrapper.get<HTMLSelectElement>('select[aria-label="Role of mira"]')
    await select.setValue('admin')
    await flushPromises()
    expect(select.element.value).toBe('member')
    expect(spaced(mounted.wrapper.get('[role=alert]'))).toContain('Title of own-account Detail of own-account')
  })

  it('does not claim to know what became of a change without an answer', async () => {
    await openUsers({ 'PATCH /admin/users/2': 'unreachable' })
    await press('Disable mira')
    expect(mounted.wrapper.get('[role=alert]').text()).toContain('Whether the change was made is not known')
  })

  it('disables and enables', async () => {
    await openUsers({
      'PATCH /admin/users/2': json({ ...member, disabled: true }),
      'PATCH /admin/users/3': json({ ...jonas, disabled: false }),
    })
    await press('Disable mira')
    await press('Enable jonas')
    expect(sent('PATCH')).toEqual([['/admin/users/2', { disabled: true }], ['/admin/users/3', { disabled: false }]])
    expect(button('Enable mira').exists()).toBe(true)
    expect(button('Disable jonas').exists()).toBe(true)
  })

  it('sets a password', async () => {
    await openUsers({ 'PATCH /admin/users/2': json(member) })
    await press('Set password of mira')
    await mounted.wrapper.get('dialog input').setValue('another long one')
    await mounted.wrapper.get('dialog form').trigger('submit')
    await flushPromises()
    expect(sent('PATCH')).toEqual([['/admin/users/2', { password: 'another long one' }]])
    expect(mounted.wrapper.get('.note.allowed').text()).toBe('mira has a new password.')
  })

  it('deletes only after having asked', async () => {
    await openUsers({ 'DELETE /admin/users/2': new Response(null, { status: 204 }) })
    await press('Delete mira')
    expect(sent('DELETE')).toEqual([])
    expect(mounted.wrapper.get('dialog h2').text()).toBe('Delete mira?')
    await press('Delete user')
    expect(sent('DELETE')).toEqual([['/admin/users/2', null]])
    expect(names()).toEqual(['admin', 'jonas'])
    expect(document.activeElement?.textContent).toBe('Users')
  })

  it('keeps asking when deleting failed', async () => {
    await openUsers({ 'DELETE /admin/users/2': problem(404, 'not-found') })
    await press('Delete mira')
    await press('Delete user')
    expect(mounted.wrapper.get('dialog [role=alert]').text()).toContain('Detail of not-found')
  })

  it('shows a member what the API answered, and nothing else', async () => {
    const answer = problem(403, 'admin-required', { title: 'Administrators only', detail: 'mira is a member.' })
    await openUsers({ 'GET /api/me': json(member), 'GET /admin/users': answer })
    expect(mounted.wrapper.get('h1').text()).toBe('Administrators only')
    expect(document.title).toBe('Administrators only · Crossguard')
    expect(document.activeElement).toBe(mounted.wrapper.get('h1').element)
    expect(mounted.wrapper.findAll('.forbidden dl > div').map(spaced)).toEqual([
      'Status403',
      'Codeadmin-required',
      'TitleAdministrators only',
      'Detailmira is a member.',
    ])
    expect(JSON.parse(mounted.wrapper.get('details pre').text())).toMatchObject({ status: 403, code: 'admin-required' })
    expect(mounted.router.currentRoute.value.path).toBe('/admin/users')
  })

  it('shows it as well to whoever has just lost the role', async () => {
    await openUsers({ 'PATCH /admin/users/2': problem(403, 'admin-required') })
    await press('Disable mira')
    expect(mounted.wrapper.get('h1').text()).toBe('Administrators only')
  })

  it('says why the accounts could not be loaded, and tries again', async () => {
    await openUsers({ 'GET /admin/users': [problem(500, 'internal-error'), json({ items: [admin] })] })
    expect(mounted.wrapper.get('[role=alert]').text()).toContain('Title of internal-error')
    expect(mounted.wrapper.findAll('button').some((candidate) => candidate.text() === 'New user')).toBe(false)
    await press('Try again')
    expect(names()).toEqual(['admin'])
  })
})
