import { type Command, command } from "../values/command";

/** A file with its text. */
interface File {
  readonly path: string;
  readonly text: string;
}

/** What one keepalived of ours runs on. */
interface Keepalived {
  /** The directory of its files. */
  readonly directory: string;
  /** The program that tests the files and has keepalived take them. */
  readonly program: File;
  /** The systemd unit that runs keepalived on the files. */
  readonly unit: File;
}

/** The commands that change the files of one keepalived. */
export interface ManagedFiles {
  /** Writes a file beside the file that keepalived has, where it waits for its test. An unchanged file stays. */
  write(name: string, text: string): Command;
  remove(name: string): Command;
  /** Runs the program with one word, after the program and the unit have been brought to this version. */
  run(word: string): Command;
}

// execve(2), MAX_ARG_STRLEN is 131072 bytes.
const CHUNK = /.{1,100000}/gs;

export function managedFiles({ directory, program, unit }: Keepalived): ManagedFiles {
  const write = `umask 022
mkdir -p ${directory} && cd ${directory} || exit
name=$1
shift
printf %s "$@" >"$name.new" || exit
! cmp -s "$name.new" "$name" || rm "$name.new"`;
  const remove = `[ ! -d ${directory} ] || { cd ${directory} && rm -f "$1" "$1.new"; }`;
  const run = `umask 022
isNew=
for path in ${program.path} ${unit.path}; do
  printf %s "$1" >"$path.new" || exit
  if cmp -s "$path.new" "$path"; then rm "$path.new"; else mv "$path.new" "$path" && isNew=1 || exit; fi
  shift
done
[ -z "$isNew" ] || systemctl daemon-reload
sh ${program.path} "$@"`;
  return {
    write: (name, text) => command("sh", "-c", write, "sh", name, ...(text.match(CHUNK) ?? [])),
    remove: (name) => command("sh", "-c", remove, "sh", name),
    run: (word) => command("sh", "-c", run, "sh", program.text, unit.text, word),
  };
}
