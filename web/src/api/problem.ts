/** A refusal or failure as RFC 9457 problem details, or as the network's silence. */

export interface ProblemBody {
  readonly type?: string;
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly code?: string;
  readonly retryable?: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
}

export class Problem extends Error {
  /** Stable code, such as `dispatch.incident_is_closed`; ours begin with `web.`. */
  readonly code: string;
  /** 0 when no answer came at all. */
  readonly status: number;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;
  /** The server's sentence in the reader's language, when it gave one. */
  readonly title: string | null;

  constructor(status: number, body: ProblemBody) {
    super(body.code ?? body.title ?? `http ${status}`);
    this.name = "Problem";
    this.status = status;
    this.code = body.code ?? (status === 0 ? "web.no_answer" : `http.${status}`);
    this.retryable = body.retryable ?? (status === 0 || status === 503 || status === 429);
    this.details = body.details ?? {};
    this.title = body.title ?? body.detail ?? null;
  }

  static async from(response: Response): Promise<Problem> {
    try {
      const body = (await response.json()) as ProblemBody;
      return new Problem(response.status, typeof body === "object" && body !== null ? body : {});
    } catch {
      return new Problem(response.status, {});
    }
  }
}

export const isProblem = (error: unknown): error is Problem => error instanceof Problem;

/** Any thrown thing as a problem, so that screens need one path. */
export function asProblem(error: unknown): Problem {
  return isProblem(error) ? error : new Problem(0, {});
}
