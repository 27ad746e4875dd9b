/** The reason why a channel or a connection is closed. */
export interface CloseReason {
  /** The exit code of the command in the channel, if the host sent one. */
  readonly exitCode?: number;
  /** The reason why the connection was lost. @default - the connection was not lost */
  readonly lost?: string;
}

/** A running command on a host, with its standard streams. */
export interface Channel {
  write(text: string): void;
  onStdout(listener: (chunk: Buffer) => void): void;
  onStderr(listener: (chunk: Buffer) => void): void;
  /** Resolves when either side has closed the channel; never rejects. */
  readonly closed: Promise<CloseReason>;
  /** Ends the standard input and closes the channel. */
  close(): void;
}

/** A connection to a host. */
export interface Client {
  /** The host in messages and IDs: its name, and its port unless the port is 22. */
  readonly host: string;
  readonly user: string;
  /** The texts that no error may contain. */
  readonly secrets: readonly string[];
  /** Runs a command line in the user's login shell. */
  exec(line: string): Promise<Channel>;
  /** Resolves when the connection is closed; never rejects. */
  readonly closed: Promise<CloseReason>;
  close(): void;
}
