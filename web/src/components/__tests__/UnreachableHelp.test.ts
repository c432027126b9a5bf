import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'

import { Unreachable } from '@/api/problems'

import UnreachableHelp from '../UnreachableHelp.vue'

function help(page: string, options: { timedOut?: boolean } = {}): string {
  const error = new Unreachable('http://localhost:5000', options)
  return mount(UnreachableHelp, { props: { error, page } }).text()
}

describe('the help for an API out of reach', () => {
  it('names the page’s origin in the line that lets it in', () => {
    expect(help('http://localhost:3000')).toContain('CORS(app, origins=["http://localhost:3000"], supports_credentials=True)')
  })

  it('notices that the page was opened under another name of this machine', () => {
    const text = help('http://127.0.0.1:8080')
    expect(text).toContain('another host name than the API')
    expect(text).toContain('http://localhost:8080')
  })

  it.each(['http://localhost:8080', 'https://app.example.com'])('does not say so of %s', (page) => {
    expect(help(page)).not.toContain('another host name')
  })

  it('tells a slow API from a silent one', () => {
    expect(help('http://localhost:8080', { timedOut: true })).toContain('takes too long')
  })
})
