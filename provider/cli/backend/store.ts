/** The files of a self-managed backend, in a directory or in a bucket. */
export interface FileStore {
  /** The beginning of paths in messages: `/srv/state`, `s3://state/team`. */
  readonly root: string;
  /** Lists the files in a directory, without its subdirectories; an empty list when the directory does not exist. */
  list(directory: string): Promise<string[]>;
  /** Reads a file; undefined when the file does not exist. */
  read(path: string): Promise<Uint8Array | undefined>;
}
