/** Something to do about it, beside the cause. */
export interface Hint {
  text: string
  fix: string
}

/** What stopped a call, in words. All texts are plain text, and `fix` is what can be pasted. */
export interface Cause {
  code: string
  why: string
  fix: string
  /** What shows that the fix helps, or that nothing else is opened by it; may be empty. */
  proof: string
  /** Where the code is explained; empty if that is not known. */
  address: string
  hints: readonly Hint[]
}
