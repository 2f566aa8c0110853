/** Where to go after signing in: a path of this server, never another site. */
export const safeTarget = (to: unknown): string => {
  if (typeof to !== "string" || !to.startsWith("/") || to.startsWith("/sign-in")) return "/";
  const base = "http://self.invalid";
  // A browser reads "/\\evil" and "//evil" as another host; the URL parser reads them as the browser does.
  if (!URL.canParse(to, base)) return "/";
  const { origin, pathname, search } = new URL(to, base);
  return origin === base && !pathname.startsWith("//") ? pathname + search : "/";
};
