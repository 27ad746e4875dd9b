/** The shells with a completion script. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

export type ShellName = (typeof SHELLS)[number];

/**
 * The completion scripts. Each script runs `complete` of the command under the typed name, which prints lines of value,
 * tab and description. The script completes file names when the output is empty.
 */
export const SCRIPTS: Readonly<Record<ShellName, string>> = {
  bash: `# bash completion of pulumi-lvs
_pulumi_lvs() {
  local value about
  COMPREPLY=()
  while IFS=$'\\t' read -r value about; do
    COMPREPLY+=("$value")
  done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _pulumi_lvs pulumi-lvs
`,
  zsh: `#compdef pulumi-lvs
_pulumi_lvs() {
  local -a candidates
  local value about
  while IFS=$'\\t' read -r value about; do
    candidates+=("\${value//:/\\\\:}\${about:+:$about}")
  done < <("\${(Q)words[1]}" complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  if (( $#candidates )); then
    _describe pulumi-lvs candidates
  else
    _files
  fi
}
if [[ $funcstack[1] == _pulumi_lvs ]]; then
  _pulumi_lvs "$@"
else
  compdef _pulumi_lvs pulumi-lvs
fi
`,
  fish: `# fish completion of pulumi-lvs
function __pulumi_lvs_complete
    set -l words (commandline -opc)
    $words[1] complete -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c pulumi-lvs -f -a '(__pulumi_lvs_complete)'
complete -c pulumi-lvs -l from -r -F
complete -c pulumi-lvs -s C -l cwd -x -a '(__fish_complete_directories)'
`,
};
