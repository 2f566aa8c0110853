export { createAccess, type AccessControl, type AccessOptions, type Resolved } from "./access.ts";
export { principalOf } from "./gate.ts";
export { createMetrics, type Metrics } from "./metrics.ts";
export type { CheckGeometry, HttpOptions, HttpPorts } from "./options.ts";
export { redactUrl } from "./redact.ts";
export { hashSecret, mintId, mintSecret, mintToken, type Minted } from "./secrets.ts";
export { pagePolicy } from "./security.ts";
export { createHttpServer } from "./server.ts";
