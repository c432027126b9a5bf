// Generated from schema.json by `npm run types`. Change the API's schemas, not this file.

/**
 * The bodies of Crossguard's reference application.
 */
export interface Api {
  [k: string]: unknown
}
/**
 * An account, as the API shows it; never with its password hash.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "User".
 */
export interface User {
  id: number
  username: string
  role: 'admin' | 'member'
  disabled: boolean
  created_at: string
  last_sign_in_at: string | null
}
/**
 * Every account, in order of its name.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "UserList".
 */
export interface UserList {
  items: User[]
}
/**
 * What the sign-in form sends.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "SignIn".
 */
export interface SignIn {
  /**
   * a user name of at most 256 characters
   */
  username: string
  /**
   * a password of at most 1024 characters
   */
  password: string
}
/**
 * Who has just signed in.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "SignInResult".
 */
export interface SignInResult {
  user: User
}
/**
 * Why a decision fell as it did, in plain words, and what to change.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "Explanation".
 */
export interface Explanation {
  code: string
  summary: string
  fix: string
}
/**
 * One answer of the policy; `origin` is empty if a write was refused that carried none.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "Decision".
 */
export interface Decision {
  id: number
  at: string
  origin: string
  method: string
  requested_method: string | null
  url: string
  outcome: 'actual-allowed' | 'actual-refused' | 'preflight-allowed' | 'preflight-refused' | 'write-refused'
  reason: string
  allowed: boolean
  explanation: Explanation
}
/**
 * Decisions, newest first; `next` is the `before` of the following page.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "DecisionPage".
 */
export interface DecisionPage {
  items: Decision[]
  next: number | null
}
/**
 * Decisions per minute, oldest minute first, with their totals over that window.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "Stats".
 */
export interface Stats {
  minutes: StatsMinute[]
  allowed: number
  refused: number
  dropped: number
  kept: number
  limit: number
}
/**
 * What was decided within one minute of UTC.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "StatsMinute".
 */
export interface StatsMinute {
  at: string
  allowed: number
  refused: number
}
/**
 * The `stats` event of the live feed: totals over the default window of `/api/stats`.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "StatsTotals".
 */
export interface StatsTotals {
  allowed: number
  refused: number
  dropped: number
}
/**
 * An account to create.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "NewUser".
 */
export interface NewUser {
  /**
   * 3 to 64 characters: a to z in lower case, 0 to 9, dot, underscore, hyphen
   */
  username: string
  /**
   * 12 to 256 characters
   */
  password: string
  /**
   * admin or member
   */
  role: 'admin' | 'member'
}
/**
 * What to change of an account; what is left out stays as it is.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "UserChange".
 */
export interface UserChange {
  /**
   * admin or member
   */
  role?: 'admin' | 'member'
  /**
   * true or false
   */
  disabled?: boolean
  /**
   * 12 to 256 characters
   */
  password?: string
}
/**
 * Which policy governs one rule, and where it was declared.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "PolicyRow".
 */
export interface PolicyRow {
  rule: string
  methods: string[]
  endpoint: string
  level: 'app' | 'blueprint' | 'none' | 'path' | 'view'
  declared: string
  policy: PolicyFields | null
}
/**
 * What a policy says, in the words of its configuration.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "PolicyFields".
 */
export interface PolicyFields {
  origins: string[]
  supports_credentials: boolean
  methods: string[]
  allow_headers: string[]
  expose_headers: string[]
  max_age: number
}
/**
 * Every rule of the application with its policy.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "PolicyList".
 */
export interface PolicyList {
  items: PolicyRow[]
}
/**
 * An error (RFC 9457, application/problem+json); `code` is what a program tells it by.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "Problem".
 */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: string
  instance?: string
  errors?: ProblemError[]
}
/**
 * One member of a request that cannot be used, and why.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "ProblemError".
 */
export interface ProblemError {
  where: string
  reason: string
}
