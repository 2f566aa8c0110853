import type { Fact } from "#wire";

/**
 * What is left of facts once every withdrawal has taken back its raise, as sorted text. Throws where a fact is raised
 * twice without having been withdrawn, or withdrawn without having been raised.
 */
export function net(facts: readonly Fact[]): readonly string[] {
  const left = new Set<string>();
  for (const { kind, type, fence, fenceVersion, time, fix } of facts) {
    const name = JSON.stringify([type, fence, fenceVersion, fix, time]);
    if (kind === "raise" ? left.has(name) : !left.delete(name)) throw new Error(`${kind} of ${name} twice`);
    if (kind === "raise") left.add(name);
  }
  return [...left].sort();
}
