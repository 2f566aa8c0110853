/** Settings of a fence of which every single fix decides, so that brute force can say what it must give. */
export const strict = { exitMargin: 0, useAccuracy: false, confirmFixes: 0, confirmSeconds: 0 } as const;
