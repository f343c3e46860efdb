/** What a browser calls itself, as its person would: “Firefox, Windows”. */

const BROWSERS = [
  ["Edg", "Edge"],
  ["OPR", "Opera"],
  ["Firefox", "Firefox"],
  ["Chrome", "Chrome"],
  ["Safari", "Safari"],
] as const;
const MACHINES = [
  ["Android", "Android"],
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Windows", "Windows"],
  ["Mac OS", "macOS"],
  ["Linux", "Linux"],
] as const;

/** Return its name and its machine's, as far as they are known; else `unknown`. */
export function browserOf(agent: string, unknown: string): string {
  const found = [BROWSERS, MACHINES].map((list) => list.find(([mark]) => agent.includes(mark))?.[1]);
  return found.filter((each) => each !== undefined).join(", ") || unknown;
}
