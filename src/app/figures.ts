import { Gauge, type Registry } from "prom-client";

/** Numbers by name, one level of groups deep, as the rooms report them. */
export type Figures = object;

/**
 * Adds the figures of a room to `/metrics`: each number becomes `whereabouts_<room>_<name>`, a group of numbers one
 * metric whose label tells them apart. They are read when somebody asks.
 */
export function addFigures(registry: Registry, room: string, read: () => Figures): void {
  for (const [name, value] of Object.entries(read())) {
    if (typeof value === "number") addNumber(registry, room, name, read);
    else if (typeof value === "object" && value !== null) addGroup(registry, room, name, read);
  }
}

function metricName(room: string, name: string): string {
  return `whereabouts_${room}_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}

function addNumber(registry: Registry, room: string, name: string, read: () => Figures): void {
  registry.registerMetric(
    new Gauge({
      name: metricName(room, name),
      help: `${name} of ${room}`,
      registers: [],
      collect(): void {
        this.set(Number((read() as Record<string, unknown>)[name]));
      },
    }),
  );
}

function addGroup(registry: Registry, room: string, name: string, read: () => Figures): void {
  registry.registerMetric(
    new Gauge({
      name: metricName(room, name),
      help: `${name} of ${room}, by kind`,
      labelNames: ["kind"],
      registers: [],
      collect(): void {
        this.reset();
        const group = (read() as Record<string, unknown>)[name] as Record<string, unknown>;
        for (const [kind, value] of Object.entries(group)) this.set({ kind }, Number(value));
      },
    }),
  );
}
