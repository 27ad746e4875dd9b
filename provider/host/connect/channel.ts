/** Why a channel, a connection or a shell has ended. */
export interface CloseReason {
  /** The exit code of the command in the channel, if the host sent one. */
  readonly exitCode?: number;
  /**
   * The cause in words, such as "the host no longer answers".
   * @default - the command has ended, or only the channel was closed
   */
  readonly why?: string;
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

/** An established SSH connection to a host. */
export interface Client {
  /** The host in messages and IDs: its name, and its port unless the port is 22. */
  readonly host: string;
  readonly user: string;
  /** The texts that no error may contain. */
  readonly secrets: readonly string[];
  /** Starts a command line in the user's login shell. */
  exec(line: string): Promise<Channel>;
  /** Resolves when the connection is closed; never rejects. */
  readonly closed: Promise<CloseReason>;
  close(): void;
}
