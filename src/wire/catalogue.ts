/** One kind of failure: HTTP status, whether trying again can help, and a title that is the same each time. */
export interface CatalogueEntry {
  readonly status: number;
  /** True where the same request may succeed later; answers then carry `Retry-After`. */
  readonly temporary: boolean;
  readonly title: string;
}

/** A code of the catalogue. */
export type ErrorCode =
  | "invalid_request"
  | "invalid_json"
  | "invalid_encoding"
  | "invalid_body"
  | "invalid_parameter"
  | "invalid_device"
  | "invalid_time"
  | "time_out_of_range"
  | "invalid_coordinate"
  | "invalid_field"
  | "invalid_attributes"
  | "forbidden_key"
  | "duplicate_key"
  | "encrypted_payload"
  | "invalid_fence"
  | "invalid_geometry"
  | "invalid_radius"
  | "invalid_rule"
  | "invalid_watch"
  | "invalid_target"
  | "invalid_share"
  | "invalid_cursor"
  | "too_many_vertices"
  | "body_too_large"
  | "unsupported_media_type"
  | "unauthenticated"
  | "invalid_token"
  | "wrong_password"
  | "code_needed"
  | "wrong_code"
  | "wrong_passkey"
  | "provider_refused"
  | "unknown_account"
  | "forbidden"
  | "cross_site"
  | "unknown_device"
  | "unknown_fence"
  | "unknown_target"
  | "unknown_route"
  | "not_found"
  | "method_not_allowed"
  | "conflict"
  | "last_owner"
  | "last_way_in"
  | "sign_in_link_used"
  | "share_ended"
  | "too_many_requests"
  | "internal"
  | "provider_failed"
  | "overloaded"
  | "storage_full"
  | "storage_failed"
  | "not_ready"
  | "shutting_down";

const entry = (status: number, title: string, temporary = false): CatalogueEntry => ({
  status,
  temporary,
  title,
});

/** Every error that leaves the server, by code. `docs/errors.md` holds the same list; a test keeps them equal. */
export const catalogue: Readonly<Record<ErrorCode, CatalogueEntry>> = {
  invalid_request: entry(400, "The request is not valid HTTP"),
  invalid_json: entry(400, "The body is not valid JSON"),
  invalid_encoding: entry(400, "The body is not valid UTF-8"),
  invalid_body: entry(400, "The body has the wrong shape"),
  invalid_parameter: entry(400, "A query parameter or path segment is wrong"),
  invalid_device: entry(400, "The device id is missing or wrong"),
  invalid_time: entry(400, "The time is missing or wrong"),
  time_out_of_range: entry(400, "The time is before 2000 or too far ahead"),
  invalid_coordinate: entry(400, "Longitude or latitude is missing, not a number or out of range"),
  invalid_field: entry(400, "A field is wrong"),
  invalid_attributes: entry(400, "The attributes are wrong"),
  forbidden_key: entry(400, "A key is not allowed"),
  duplicate_key: entry(400, "A key is given twice"),
  encrypted_payload: entry(400, "The payload is encrypted, and the server has no key"),
  invalid_fence: entry(400, "The fence is not a valid GeoJSON Feature"),
  invalid_geometry: entry(400, "The geometry is not valid"),
  invalid_radius: entry(400, "The radius is missing or wrong"),
  invalid_rule: entry(400, "The rule is not valid"),
  invalid_watch: entry(400, "The watch is not valid"),
  invalid_target: entry(400, "The target is not valid"),
  invalid_share: entry(400, "The share link is not valid"),
  invalid_cursor: entry(400, "The cursor is not one of this server"),
  too_many_vertices: entry(413, "The geometry has too many vertices"),
  body_too_large: entry(413, "The body is too large"),
  unsupported_media_type: entry(415, "The content type is not supported"),
  unauthenticated: entry(401, "A token or a session is needed"),
  invalid_token: entry(401, "The token is not known"),
  wrong_password: entry(401, "The mail address or the password is wrong"),
  code_needed: entry(401, "A code is needed besides the password"),
  wrong_code: entry(401, "The code is wrong"),
  wrong_passkey: entry(401, "The passkey is not known, or does not prove itself"),
  provider_refused: entry(403, "The sign-in provider said no, or its answer does not hold"),
  unknown_account: entry(403, "Nobody here knows this account of the sign-in provider"),
  forbidden: entry(403, "The token or session does not allow this"),
  cross_site: entry(403, "The request comes from another site"),
  unknown_device: entry(404, "There is no such device"),
  unknown_fence: entry(404, "There is no such fence"),
  unknown_target: entry(404, "There is no such target"),
  unknown_route: entry(404, "There is nothing at this address"),
  not_found: entry(404, "There is no such thing"),
  method_not_allowed: entry(405, "The method is not allowed here"),
  conflict: entry(409, "Something with this id exists already, or is in use"),
  last_owner: entry(409, "The workspace would be left without an owner"),
  last_way_in: entry(409, "Nothing would let the person in any more"),
  sign_in_link_used: entry(410, "The sign-in link was used or is too old"),
  share_ended: entry(410, "The share link has ended"),
  too_many_requests: entry(429, "Too many requests", true),
  internal: entry(500, "Something went wrong on the server"),
  provider_failed: entry(502, "The sign-in provider does not answer as it should", true),
  overloaded: entry(503, "The server has more to do than it can hold", true),
  storage_full: entry(503, "The disk is full", true),
  storage_failed: entry(503, "The store did not answer", true),
  not_ready: entry(503, "The server is not ready", true),
  shutting_down: entry(503, "The server is stopping", true),
};
