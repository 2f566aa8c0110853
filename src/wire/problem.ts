import { catalogue, type ErrorCode } from "./catalogue.ts";

/** RFC 9457 body of an error answer. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
}

/** An expected failure on its way to whoever asked. `detail` names the wrong value and what was expected. */
export class Problem extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = "Problem";
    this.code = code;
  }

  get status(): number {
    return catalogue[this.code].status;
  }

  get temporary(): boolean {
    return catalogue[this.code].temporary;
  }

  toBody(): ProblemBody {
    const { title, status } = catalogue[this.code];
    return { type: `/docs/errors#${this.code}`, title, status, code: this.code, detail: this.message };
  }
}
