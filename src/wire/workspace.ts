import type { WorkspaceId } from "./ids.ts";

/** The workspace that every server begins with; who decides everything in it decides about the server. */
export const FIRST_WORKSPACE: WorkspaceId = "main";
