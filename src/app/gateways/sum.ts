import type { LiveFigures } from "#live";

type Group = Readonly<Record<string, number>>;

/** The figures of several live rooms as those of one. */
export function sumOf([first, ...rest]: readonly [LiveFigures, ...LiveFigures[]]): LiveFigures {
  return rest.reduce(
    (sum, one) => add(sum as unknown as Tree, one as unknown as Tree) as unknown as LiveFigures,
    first,
  );
}

/** Numbers by name, and groups of them. */
interface Tree {
  readonly [name: string]: number | Group;
}

function add(a: Tree, b: Tree): Tree {
  const sum: Record<string, number | Group> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const before = sum[name];
    if (typeof value === "number") sum[name] = value + (typeof before === "number" ? before : 0);
    else sum[name] = add(typeof before === "object" ? before : {}, value) as Group;
  }
  return sum;
}
