export { canBeLimited, type Role, ROLES, scopesOf } from "./role.ts";
export { allows, type Scope, SCOPES } from "./scope.ts";
export { alertId } from "./alert-id.ts";
export { ByteReader, ByteWriter, isInt } from "./bytes.ts";
export { catalogue, type CatalogueEntry, type ErrorCode } from "./catalogue.ts";
export { decodeCursor, encodeCursor, type FeedPlace } from "./cursor.ts";
export { type Computed, computedOf } from "./computed.ts";
export { groupsAround, isInGroup, isInSomeGroup } from "./group.ts";
export { ATTRIBUTE_LIMITS } from "./decode-attributes.ts";
export { decodeFence, FENCE_BOUNDS, FENCE_TEXT_LIMITS, type FenceInput } from "./decode-fence.ts";
export { MAX_FENCE_LON, MAX_VERTICES } from "./decode-geometry.ts";
export { decodePosition, FIELD_BOUNDS } from "./decode-position.ts";
export { COOLDOWN_BOUNDS, decodeRule, RULE_TEXT_LIMITS, type RuleInput } from "./decode-rule.ts";
export { decodeTarget, type TargetInput } from "./decode-target.ts";
export { decodeReport, splitReports, type Reports } from "./decode-report.ts";
export { decodeSchedule, isTimeZone } from "./decode-schedule.ts";
export { decodeShare, SHARE_BOUNDS } from "./decode-share.ts";
export { decodeScope } from "./decode-scope.ts";
export { decodeWatch, WATCH_BOUNDS, type WatchInput } from "./decode-watch.ts";
export type { Device, DeviceLabel, DeviceRecord, DeviceStatus, Motion } from "./device.ts";
export { encodeDevice, type DeviceBody } from "./encode-device.ts";
export { encodeEvent, type EventBody } from "./encode-event.ts";
export { encodeFence, type FenceFeature } from "./encode-fence.ts";
export { encodePosition, type PositionBody } from "./encode-position.ts";
export { encodeRule, type RuleBody } from "./encode-rule.ts";
export { encodeWatch, type WatchBody } from "./encode-watch.ts";
export { TARGET_LIMITS } from "./target-readers.ts";
export { encodeTarget, type TargetBody } from "./encode-target.ts";
export type { Defined, Definition, LogEntry, PositionsMode } from "./entry.ts";
export type { Alert, FollowUp } from "./alert.ts";
export { EVENT_TYPES, type Event, type EventReason, type EventType, type SequencedEvent } from "./event.ts";
export type { Rule } from "./rule.ts";
export type { ShareTerms, ShareWhat } from "./share.ts";
export { WEEKDAYS, type Schedule, type Weekday, type WeeklyHours } from "./schedule.ts";
export type { Target, TargetKind } from "./target.ts";
export type { DeviceScope, Watch, WatchKind } from "./watch.ts";
export type { Fact, FactType, Judged, Mark, Raise, Withdraw } from "./fact.ts";
export type { Fence, FenceGeometry, FenceSettings } from "./fence.ts";
export type {
  AlertId,
  DeviceId,
  EventId,
  FenceId,
  Id,
  RuleId,
  TargetId,
  WatchId,
  WorkspaceId,
} from "./ids.ts";
export { DEFINITION_LIMITS } from "./fields.ts";
export { decodeKeyCursor, encodeKeyCursor } from "./key-cursor.ts";
export {
  nextBase,
  readAttributes,
  readFix,
  TextsIn,
  TextsOut,
  writeAttributes,
  writeFix,
} from "./fix-codec.ts";
export {
  CELL_BITS,
  type FrameCell,
  type FrameHead,
  type FramePosition,
  gridOf,
  MAX_CELL_LEVEL,
  timeBaseAt,
} from "./frame.ts";
export { type Crowd, FrameReader, type ReadFrame, type ReadPosition, type View } from "./frame-reader.ts";
export { joinFrame, writeBlock } from "./frame-writer.ts";
export { findForbiddenKey, isForbiddenKey } from "./keys.ts";
export { decodeEntry, encodeEntry, writeEntry } from "./log-codec.ts";
export { makeTarget } from "./make-target.ts";
export { isId, isPrintable, MAX_ID_LENGTH } from "./names.ts";
export { parseJson, type ParsedJson } from "./parse-json.ts";
export type { Attributes, Fix, Position } from "./position.ts";
export { Problem, type ProblemBody } from "./problem.ts";
export { isRefusal, refuse, show, type Refusal } from "./refusal.ts";
export { EARLIEST, formatTime, MAX_AHEAD, parseTime } from "./time.ts";
export { eventId, type EventIdentity } from "./event-id.ts";
export { FIRST_WORKSPACE } from "./workspace.ts";
