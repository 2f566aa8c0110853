// The browser's code has no importers: `main.ts` is what the page loads.
export {};
