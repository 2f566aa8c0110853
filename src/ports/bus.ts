import type {
  Definition,
  DeviceId,
  DeviceLabel,
  DeviceStatus,
  Fence,
  FenceId,
  SequencedEvent,
  WorkspaceId,
} from "#wire";

/** News of one workspace, published after its commit. Handlers must not throw and must not wait. */
export type News =
  | { readonly kind: "moved"; readonly workspace: WorkspaceId; readonly devices: readonly DeviceStatus[] }
  | { readonly kind: "happened"; readonly workspace: WorkspaceId; readonly events: readonly SequencedEvent[] }
  | { readonly kind: "fence-put"; readonly workspace: WorkspaceId; readonly fence: Fence }
  | { readonly kind: "fence-deleted"; readonly workspace: WorkspaceId; readonly fence: FenceId }
  | {
      readonly kind: "device-described";
      readonly workspace: WorkspaceId;
      readonly device: DeviceId;
      readonly label: DeviceLabel;
    }
  | {
      readonly kind: "defined";
      readonly workspace: WorkspaceId;
      readonly definition: Definition;
    }
  | {
      readonly kind: "undefined";
      readonly workspace: WorkspaceId;
      readonly of: Definition["of"];
      readonly id: string;
    }
  /** There is something new in the outbox. */
  | { readonly kind: "alerted"; readonly workspace: WorkspaceId }
  | { readonly kind: "device-deleted"; readonly workspace: WorkspaceId; readonly device: DeviceId };

/** Publish and subscribe. `moved` may be conflated by a slow bus, everything else may not. */
export interface Bus {
  publish(news: News): void;
  /** Answers the way to unsubscribe. */
  subscribe(handler: (news: News) => void): () => void;
}
