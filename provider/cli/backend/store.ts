/** The files of a self-managed backend, wherever they are: in a directory or in a bucket. */
export interface FileStore {
  /** What a path starts with in messages: `/srv/state`, `s3://state/team`. */
  readonly root: string;
  /** The names of the files in a directory, without those of directories below it; none where there is no directory. */
  list(directory: string): Promise<string[]>;
  /** What a file has; undefined where there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
}
