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
 * Accounts, in order of their names; `next` is the `after` of the following page, `total` counts all.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "UserList".
 */
export interface UserList {
  items: User[]
  total: number
  next: string | null
}
/**
 * One's own password, and the one to have instead.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "PasswordChange".
 */
export interface PasswordChange {
  /**
   * a password of at most 1024 characters
   */
  current: string
  /**
   * 12 to 256 characters
   */
  new: string
}
/**
 * Where an account is signed in; `current` is the session that asks.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "SessionShown".
 */
export interface SessionShown {
  id: number
  created_at: string
  address: string
  browser: string
  current: boolean
}
/**
 * The sessions of one's own account, newest first.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "SessionList".
 */
export interface SessionList {
  items: SessionShown[]
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
  summary: string
  fix: string
  /**
   * the fix as code to paste; empty where it is none
   */
  line: string
  /**
   * the address at which the reason is explained
   */
  page: string
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
 * What was refused to one origin at one path for one reason: how often, and the last time.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "Refusal".
 */
export interface Refusal {
  origin: string
  path: string
  reason: string
  count: number
  last: Decision
}
/**
 * What was refused in the last `minutes`, as far as it is kept, most recent first.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "RefusalList".
 */
export interface RefusalList {
  items: Refusal[]
  minutes: number
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
 * An origin, or a pattern of origins, whose pages may use the API with cookies.
 *
 *     `writes`: whether its pages may also change something. `reason` and `fix` say why it is passed over, or
 *     why no browser sends its pages' cookies; both are empty if all is well.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "FrontEnd".
 */
export interface FrontEnd {
  id: number
  origin: string
  label: string | null
  created_at: string
  state: 'in-force' | 'passed-over' | 'pending'
  writes: boolean
  reason: string
  fix: string
}
/**
 * A front end that is written in the configuration, which is not for the API to change.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "ConfiguredFrontEnd".
 */
export interface ConfiguredFrontEnd {
  origin: string
  writes: boolean
}
/**
 * Front ends, newest first; `next` is the `before` of the following page.
 *
 *     `configured` are those of the configuration that the search finds; `total` counts the others.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "FrontEndPage".
 */
export interface FrontEndPage {
  configured: ConfiguredFrontEnd[]
  items: FrontEnd[]
  total: number
  next: number | null
}
/**
 * A front end to add.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "NewFrontEnd".
 */
export interface NewFrontEnd {
  /**
   * an origin, such as https://app.example.com
   */
  origin: string
  /**
   * at most 200 characters, on one line
   */
  label?: string
}
/**
 * A rule with the methods that one policy governs.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "GovernedRule".
 */
export interface GovernedRule {
  rule: string
  methods: string[]
  endpoint: string
}
/**
 * One policy, where it was declared, and the rules that it governs; None governs what has no policy.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "GoverningPolicy".
 */
export interface GoverningPolicy {
  level: 'app' | 'blueprint' | 'none' | 'path' | 'view'
  declared: string
  policy: PolicyFields | null
  rules: GovernedRule[]
}
/**
 * What a policy says, in the words of its configuration; of long lists the first, and the number.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "PolicyFields".
 */
export interface PolicyFields {
  /**
   * Who may read. A string is an exact origin (`https://app.example.com`), all subdomains (`https://*.example.com`: any depth, not the apex, same scheme and port), the labels that fit (`https://shop-*-team.example.com`: `*` is one or more letters, digits and hyphens) or all ports (`http://localhost:*`); a text with commas or blanks, or of a list in JSON, is the list of them. A compiled expression must match the whole origin, and with credentials be narrow by its structure. A callable is asked about an origin that nothing else covers, and `True` lets it in. `*` is every origin, without credentials.
   */
  origins: string[]
  origin_count: number
  /**
   * Who may read without credentials, beside the origins that may use cookies.
   */
  readers: string[]
  reader_count: number
  /**
   * Whether the listed origins may use cookies and other credentials. Without `origins`: in debug the loopback development origins, otherwise none.
   */
  supports_credentials: boolean
  /**
   * What preflights allow. The list is sent as it is, for every method that is asked for.
   */
  methods: string[]
  /**
   * Which request headers preflights allow. With credentials `*` answers with the names that were asked for, if they are valid and at most 64.
   */
  allow_headers: string[]
  /**
   * Which response headers the page's script may read beyond the safelisted ones.
   */
  expose_headers: string[]
  /**
   * How long browsers may remember a preflight's answer; 0 is not at all.
   */
  max_age: number
  /**
   * Whether requests that change something are refused unless they come from the API's own pages or from an origin that is listed with credentials.
   */
  write_gate: boolean
  /**
   * Only logs what the gate would refuse.
   */
  report_only: boolean
  /**
   * Refuses writes whose body is not JSON with 415, so that no form and no text/plain reaches a view.
   */
  json_only: boolean
  /**
   * The API's own origins as browsers see them: those and no others. A pattern or a source is for tenants. Without, they are derived from the Host header; in debug only where no other party can own its name.
   */
  public_origins: string[]
}
/**
 * Every rule of the application, below its policy.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "PolicyList".
 */
export interface PolicyList {
  items: GoverningPolicy[]
}
/**
 * Whether a cookie is stored and sent back in one browser; the texts are empty if it is.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "CookieFit".
 */
export interface CookieFit {
  browser:
    | 'chromium'
    | 'chromium-block-third-party'
    | 'firefox'
    | 'firefox-block-third-party'
    | 'safari'
    | 'webkit'
    | 'webkit-allow-third-party'
  works: boolean
  /**
   * the identifier of what stops it
   */
  reason: string
  /**
   * the step of the standard
   */
  step: string
  explanation: string
  fix: string
}
/**
 * One of the application's cookies, for the front ends with which it fares alike.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "CookiePosture".
 */
export interface CookiePosture {
  cookie: string
  /**
   * the Set-Cookie line, with … for the value
   */
  set_cookie: string
  /**
   * the first of those that fare alike; for a pattern, one that it covers
   */
  frontends: string[]
  frontend_count: number
  api: string
  relation: 'cross-site' | 'same-origin' | 'same-site'
  fits: CookieFit[]
}
/**
 * Every cookie for the front ends that use cookies; `notes` is what is worth saying about them.
 *
 *     `looked_at` of the `listed` front ends were looked at: the first ones of a long list.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "CookieList".
 */
export interface CookieList {
  items: CookiePosture[]
  notes: string[]
  looked_at: number
  listed: number
}
/**
 * A fetch to try in the model browser, without a body, and of this API only.
 *
 *     `signed_in`: as the user who asks, which only methods that change nothing can be tried as.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "Probe".
 */
export interface Probe {
  /**
   * an origin of at most 2048 characters
   */
  origin: string
  /**
   * a path or a URL of this API, of at most 2048 characters
   */
  url: string
  /**
   * a method of at most 64 characters
   */
  method?: string
  /**
   * at most 32 headers with names of at most 256 and values of at most 4096 characters
   *
   * @maxItems 32
   */
  headers?: ProbeHeader[]
  /**
   * include, same-origin or omit
   */
  credentials?: 'include' | 'omit' | 'same-origin'
  /**
   * chromium or firefox, or one of them with -block-third-party; webkit, or webkit-allow-third-party; safari, which is derived, not measured
   */
  browser?:
    | 'chromium'
    | 'chromium-block-third-party'
    | 'firefox'
    | 'firefox-block-third-party'
    | 'safari'
    | 'webkit'
    | 'webkit-allow-third-party'
  /**
   * true or false
   */
  signed_in?: boolean
}
/**
 * A request header as script sets it.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "ProbeHeader".
 */
export interface ProbeHeader {
  name: string
  value: string
}
/**
 * What the browser would do, and why.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "Diagnosis".
 */
export interface Diagnosis {
  /**
   * whether script sees the answer, with any status
   */
  readable: boolean
  /**
   * the identifier of what stopped it; readable if nothing did
   */
  code: string
  /**
   * the policy's reason behind it; empty where there is none
   */
  cause: string
  summary: string
  /**
   * what to write; empty if nothing is wrong
   */
  fix: string
  /**
   * the fix as code to paste; empty where it is none
   */
  line: string
  /**
   * what was proved of the fix; empty where nothing was
   */
  proof: string
  /**
   * the address at which it is explained; empty if nothing is wrong
   */
  address: string
  /**
   * the step of the standard that failed; empty if none did
   */
  step: string
  /**
   * what happened, in order
   */
  steps: DiagnosisStep[]
  hints: DiagnosisHint[]
}
/**
 * One thing that happened; the last one is where it stopped, if it is not ok.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "DiagnosisStep".
 */
export interface DiagnosisStep {
  stage: 'page' | 'preflight' | 'request' | 'response'
  ok: boolean
  text: string
  /**
   * lines that show it: header fields, cookies
   */
  details: string[]
}
/**
 * What did not stop the fetch and is likely to matter.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "DiagnosisHint".
 */
export interface DiagnosisHint {
  code: string
  text: string
  fix: string
  /**
   * the fix as code to paste; empty where it is none
   */
  line: string
  /**
   * what was proved of the fix; empty where nothing was
   */
  proof: string
  /**
   * the address at which the code is explained
   */
  address: string
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
 * One member of a request that cannot be used, and why; what to write, where the reason does not say.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "ProblemError".
 */
export interface ProblemError {
  where: string
  reason: string
  fix?: string
}
