import { type Command, command } from "../values/command";

/** A file with its text. */
interface File {
  readonly path: string;
  readonly text: string;
}

/** The files and the unit of one process of keepalived that we manage. */
interface Keepalived {
  /** The directory of its configuration files. */
  readonly directory: string;
  /** The program that tests the files and makes keepalived use them. */
  readonly program: File;
  /** The systemd unit that runs keepalived with these files. */
  readonly unit: File;
}

/** The commands that change the configuration files of one process of keepalived. */
export interface ManagedFiles {
  /** Writes NAME.new, which replaces the file of keepalived only after a test. Writes nothing if the file is the same. */
  write(name: string, text: string): Command;
  remove(name: string): Command;
  /** Runs the program with one word. First writes the program and the unit if they are of another version. */
  run(word: string): Command;
}

// A word of a command has at most 131072 bytes (execve(2), MAX_ARG_STRLEN).
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
