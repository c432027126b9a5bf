import { expect, it } from 'vitest'

import { demoFor } from '@/demo'

it('is the same machine by its number, which to a browser is another site', () => {
  expect(demoFor(new URL('http://localhost:8080') as unknown as Location)).toBe('http://127.0.0.1:8080/stranger.html')
})

it.each(['https://app.example.com', 'http://127.0.0.1:8080', 'https://localhost:8080'])('is not there for %s', (page) => {
  expect(demoFor(new URL(page) as unknown as Location)).toBeNull()
})
