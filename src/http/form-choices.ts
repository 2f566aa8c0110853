import type { Choice, RuleChoices, WatchChoices } from "#pages";
import type { Definitions, Fences, Latest, Targets } from "#ports";
import type { WorkspaceId } from "#wire";
import { knownGroups } from "./groups.ts";

/** Where the choices come from. */
export interface ChoicePorts {
  readonly fences: Fences;
  readonly definitions: Definitions;
  readonly targets: Targets;
  readonly latest: Latest;
}

/** Things offered in one list; a form with more would be of no use. */
const MOST = 1000;

/** Names, with the id behind those that several have. */
const choicesOf = (things: readonly { readonly id: string; readonly name: string }[]): readonly Choice[] => {
  const counts = new Map<string, number>();
  for (const { name } of things) counts.set(name, (counts.get(name) ?? 0) + 1);
  return things
    .map(({ id, name }) => ({
      value: id,
      label: name || id,
      hint: (counts.get(name) ?? 0) > 1 && name !== "" ? id : undefined,
    }))
    .toSorted((a, b) => byName.compare(a.label, b.label));
};

const byName = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

const groupChoices = (latest: Latest, workspace: WorkspaceId): readonly Choice[] =>
  knownGroups(latest, workspace, MOST).map((name) => ({ value: name, label: name }));

/** Names of all time zones that the runtime knows. */
const zones: readonly string[] = ["UTC", ...Intl.supportedValuesOf("timeZone")];

/** The time zone of the server: the likeliest one of whoever fills in a form. */
export const ownZone = (): string => new Intl.DateTimeFormat("en").resolvedOptions().timeZone;

/** What the form of a watch offers. */
export const watchChoices = async (ports: ChoicePorts, workspace: WorkspaceId): Promise<WatchChoices> => {
  const fences = await ports.fences.list(workspace, { limit: MOST });
  return { fences: choicesOf(fences), groups: groupChoices(ports.latest, workspace), zones };
};

/** What the form of a rule offers. */
export const ruleChoices = async (ports: ChoicePorts, workspace: WorkspaceId): Promise<RuleChoices> => {
  const [common, watches, targets] = await Promise.all([
    watchChoices(ports, workspace),
    ports.definitions.list("watch", workspace, { limit: MOST }),
    ports.targets.list(workspace, { limit: MOST }),
  ]);
  return { ...common, watches: choicesOf(watches), targets: choicesOf(targets) };
};
