/** The outside world of a command. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** How to reach a running server. */
export interface Remote {
  readonly url: URL;
  readonly token: string | undefined;
  /** The workspace to work in; that of the token, or the first one, when absent. */
  readonly workspace?: string;
  /** True when nobody named the address: a server that is not there may then be a data folder at rest. */
  readonly assumed: boolean;
}
