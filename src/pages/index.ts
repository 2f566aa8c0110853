export type { AlertRow } from "./alert-table.ts";
export { nameOf, type Choice, type FieldProblem, type Names, type Notice } from "./definition-views.ts";
export { deviceItem, deviceItems, deviceState, emptyDevices, rowIcon } from "./device-list.ts";
export { devicePanel } from "./device-panel.ts";
export type { Assets, Frame, Theme } from "./document.ts";
export type { Trial } from "./dry-run-panel.ts";
export { errorsPage } from "./errors-page.ts";
export { emptyFeed, eventItem } from "./event-feed.ts";
export { eventPage, type EventPage } from "./event-page.ts";
export { blankHours, type HourFields } from "./field-text.ts";
export { emptyFences, fenceItem, fenceItems } from "./fence-list.ts";
export {
  formatAge,
  formatCount,
  formatCourse,
  formatDistance,
  formatSpeed,
  formatTime,
  staleAfter,
  standingBelow,
} from "./format.ts";
export { escapeHtml, Html, html, type Insert } from "./html.ts";
export { deviceIcons, icon, type IconName } from "./icons.ts";
export type { Place, Reader } from "./masthead.ts";
export { mapPage, type MapPage, type Tab } from "./map-page.ts";
export type { AccountWays } from "./account-ways.ts";
export { accountPage, type AccountPage, type SessionRow } from "./account-page.ts";
export { auditPage, type AuditRow } from "./audit-page.ts";
export {
  memberFormPage,
  memberListPage,
  type InvitationRow,
  type MemberFields,
  type MemberFormPage,
  type MemberListPage,
  type MemberRow,
} from "./member-pages.ts";
export {
  isShareKind,
  newShare,
  shareBody,
  shareFields,
  shareTerms,
  type ShareFields,
  type ShareKind,
} from "./share-fields.ts";
export { shareFormPage, shareKindsPage, type ShareChoices, type ShareFormPage } from "./share-form.ts";
export { shareListPage, type ShareListPage, type ShareRow } from "./share-list.ts";
export { sharePage, type SharePage } from "./share-page.ts";
export { passwordPage, signInPage, type PasswordView, type SignInView } from "./sign-in-pages.ts";
export {
  recoveryCodesPage,
  totpPage,
  totpSetUpPage,
  type TotpPage,
  type TotpSetUpPage,
} from "./totp-pages.ts";
export { passkeysPage, type PasskeyRow, type PasskeysPage } from "./passkeys-page.ts";
export { goToProviderPage, providerPage, type ProviderPage } from "./provider-pages.ts";
export { connectPage, eventsPage, messagePage } from "./plain-pages.ts";
export {
  eventRow,
  type DeviceRow,
  type DeviceView,
  type EventNames,
  type EventRow,
  type FenceRow,
} from "./views.ts";
export { questionPage, type Question } from "./question-page.ts";
export { newRule, ruleBody, ruleFields, type RuleFields } from "./rule-fields.ts";
export { ruleFormPage, type RuleChoices, type RuleFormPage } from "./rule-form.ts";
export { ruleListPage } from "./rule-list.ts";
export {
  isFormKind,
  kindName,
  newTarget,
  placeOf,
  targetBody,
  targetFields,
  type TargetFields,
} from "./target-fields.ts";
export { targetFormPage } from "./target-form.ts";
export { targetKindsPage, targetListPage } from "./target-list.ts";
export { targetPage, type TargetPage } from "./target-page.ts";
export type { Health, TargetRow } from "./target-views.ts";
export { isWatchKind, newWatch, watchBody, watchFields, type WatchFields } from "./watch-fields.ts";
export { watchFormPage, watchKindsPage, type WatchChoices } from "./watch-form.ts";
export { watchListPage } from "./watch-list.ts";
export {
  deleteWorkspacePage,
  newWorkspacePage,
  workspaceListPage,
  workspacePage,
  type WorkspaceFields,
  type WorkspaceRow,
} from "./workspace-pages.ts";
