import { readonly, shallowReadonly, shallowRef, type Ref, type ShallowRef } from 'vue'

import type { Client } from '@/api/client'
import { ApiProblem, type ApiError } from '@/api/problems'
import type { Diagnosis } from '@/api/types'
import type { ProbeForm } from '@/probeQuery'

import { useRequest } from './useRequest'
import { problemOfEmpty } from './useSubmit'

/** What was asked together with what came of it: the form may say something else by now. */
export interface Explained {
  probe: ProbeForm
  diagnosis: Diagnosis
}

export interface UseExplainReturn {
  /** The last answer; null while there is none, and when the last question was refused. */
  result: Readonly<ShallowRef<Explained | null>>
  error: Readonly<ShallowRef<ApiError | null>>
  pending: Readonly<Ref<boolean>>
  /** Ask what would become of a fetch; resolves to whether there is an answer to this very question. */
  explain: (probe: ProbeForm) => Promise<boolean>
  /** Forget question and answer. */
  clear: () => void
  /** What the API said about one member of the question. */
  reasonFor: (member: string) => string | null
}

/** Ask the API whether a browser would allow a fetch. */
export function useExplain(client: Client): UseExplainReturn {
  const result = shallowRef<Explained | null>(null)
  const error = shallowRef<ApiError | null>(null)
  let question: ProbeForm | null = null

  const request = useRequest(async (signal): Promise<Explained | null> => {
    const probe = question
    return probe && { probe, diagnosis: await client.post<Diagnosis>('/admin/explain', probe, signal) }
  })

  async function explain(probe: ProbeForm): Promise<boolean> {
    question = probe
    error.value = problemOfEmpty({ origin: probe.origin, url: probe.url })
    if (error.value !== null) {
      request.cancel()
      result.value = null
      return false
    }
    await request.run()
    if (question !== probe) {
      return false
    }
    error.value = request.error.value
    result.value = error.value === null ? request.data.value : null
    return result.value?.probe === probe
  }

  function clear(): void {
    question = null
    request.cancel()
    result.value = null
    error.value = null
  }

  function reasonFor(member: string): string | null {
    return error.value instanceof ApiProblem ? error.value.reasonFor(member) : null
  }

  return {
    result: shallowReadonly(result),
    error: shallowReadonly(error),
    pending: readonly(request.pending),
    explain,
    clear,
    reasonFor,
  }
}
