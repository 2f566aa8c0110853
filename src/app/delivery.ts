import { type Channels, createDeliver, type Deliver } from "#deliver";
import type { HttpOptions } from "#http";
import type { Clock, Outbox, Targets } from "#ports";
import type { KnownNames } from "./names.ts";
import { pushKeysOf } from "./push-keys.ts";
import type { Settings } from "./settings.ts";

/** What sending alerts needs of the rest. */
export interface DeliveryParts {
  readonly settings: Settings;
  readonly outbox: Outbox;
  readonly targets: Targets;
  readonly clock: Clock;
  readonly names: KnownNames;
  readonly logger: Parameters<typeof createDeliver>[0]["logger"];
}

/** Alerts on their way, and what the routes know of it. */
export interface StartedDelivery {
  readonly deliver: Deliver;
  readonly forRoutes: NonNullable<HttpOptions["delivery"]>;
}

/** Begins to send what waits in the outbox, and what comes. */
export async function startDelivery(parts: DeliveryParts): Promise<StartedDelivery> {
  const { settings, outbox, targets, clock, names, logger } = parts;
  const vapid = { subject: subjectOf(settings), ...(await pushKeysOf(settings.data)) };
  const { smtpUrl, mailFrom } = settings;
  const channels: Channels = {
    vapid,
    ...(smtpUrl !== undefined && mailFrom !== undefined && { smtp: { url: smtpUrl, from: mailFrom } }),
  };
  const deliver = createDeliver({
    outbox,
    targets,
    clock,
    // Jitter only: who retries when need not be unpredictable.
    random: Math.random,
    logger,
    channels,
    settings: {
      allowPrivateTargets: settings.allowPrivateTargets,
      ...(settings.publicUrl !== undefined && { source: settings.publicUrl.origin }),
    },
    names: ({ workspace, device, other, fence }) => namesOf(names, workspace, { device, other, fence }),
  });
  return {
    deliver,
    forRoutes: {
      test: (target) => deliver.test(target),
      circuits: async () => (await deliver.figures()).targets,
      pushKey: vapid.publicKey,
    },
  };
}

function namesOf(
  names: KnownNames,
  workspace: string,
  ids: { readonly device: string; readonly other: string | undefined; readonly fence: string | undefined },
): { readonly device?: string; readonly other?: string; readonly fence?: string } {
  const device = names.device(workspace, ids.device);
  const other = ids.other === undefined ? undefined : names.device(workspace, ids.other);
  const fence = ids.fence === undefined ? undefined : names.fence(workspace, ids.fence);
  return {
    ...(device !== undefined && { device }),
    ...(other !== undefined && { other }),
    ...(fence !== undefined && { fence }),
  };
}

/** Whom a push service may write to about this server: its public address, or whoever its mails come from. */
function subjectOf({ publicUrl, mailFrom }: Settings): string {
  if (publicUrl?.protocol === "https:") return publicUrl.origin;
  const address = mailFrom?.match(/[^\s<>]+@[^\s<>]+/)?.[0];
  return `mailto:${address ?? "whereabouts@localhost"}`;
}
