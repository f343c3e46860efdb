/** What a force's identity service is to our pages: going there, and coming back with what it said. */

import type { Api } from "../../api/client";

/** What the service put into the address on the way back; without a code when it gave none. */
export interface Answer {
  readonly state: string;
  readonly code: string;
  readonly iss?: string;
}

/** Between the page that wants a proof and the page that came back with it. */
const CHANNEL = "nazdik-proof";

/** Read what a browser came back with, or null when it comes from nowhere. */
export function answerIn(search: string): Answer | null {
  const said = new URLSearchParams(search);
  const state = said.get("state");
  if (state === null || !(said.has("code") || said.has("error"))) return null;
  const iss = said.get("iss");
  return { state, code: said.get("code") ?? "", ...(iss === null ? {} : { iss }) };
}

/** Whether an answer is to a question that was asked for a proof; the server says so in `state`. */
export const isProof = (answer: Answer): boolean => answer.state.startsWith("proof.");

/** Return where a browser goes to sign in, or to prove itself anew. */
export const askService = async (api: Api, proof: boolean): Promise<string> =>
  (await api.post<{ address: string }>("/v1/identity-service/questions", { proof })).address;

/** Tell the page that waits for a proof that there is one. */
export function tellProved(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage("proved");
  channel.close();
}

/** Hear of a proof that was given in another tab; returns what ends the listening. */
export function onProved(run: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = run;
  return () => channel.close();
}
