/** How a channel or a connection came to its end. */
export interface Ending {
  /** The exit code of what ran in the channel, when it told one. */
  readonly exitCode?: number;
  /** Why the connection was lost, when it was. */
  readonly lost?: string;
}

/** A command that runs on a host, with its three streams. */
export interface Channel {
  write(text: string): void;
  onStdout(listener: (piece: Buffer) => void): void;
  onStderr(listener: (piece: Buffer) => void): void;
  /** Settles when the channel is closed, by whichever side; never rejects. */
  readonly closed: Promise<Ending>;
  /** Ends the standard input and closes the channel. */
  close(): void;
}

/** A connection to a host. */
export interface Client {
  /** The host's identity: its name, and its port when that is not 22. */
  readonly host: string;
  readonly user: string;
  /** What must never be seen in an error. */
  readonly secrets: readonly string[];
  /** Starts one line of text in the user's login shell, whichever shell that is. */
  exec(line: string): Promise<Channel>;
  /** Settles when the connection has ended; never rejects. */
  readonly closed: Promise<Ending>;
  close(): void;
}
