/**
 * A function of the shell for the programs that run beside keepalived. It reads the files of health checks in the current
 * directory, as they were rendered (render.ts), and the IPVS table from a file, as `ipvsadm -Sn` prints it.
 */
export const WITHOUT_QUORUM = `# Prints the virtual services without a quorum, by the weights in an IPVS table: VIP, port, protocol, the sum of the
# declared weights, and the row of the sorry server. A real server that is not checked counts as up.
without_quorum() {
  awk 'isTable { if ($1 == "-a") live[$2 " " $3 " -r " $5] = $8; next }
    $1 == "virtual_server" { service = $2 " " $3; quorum = 1; declared = up = 0; sorry = "" }
    $1 == "protocol" { service = service " " $2 }
    $1 == "quorum" { quorum = $2 }
    $1 == "sorry_server_inhibit" { sorry = $3 " " $4 " -r " $6 }
    $1 == "real_server" { weight = 1; isUp = 1 }
    $1 == "weight" { weight = $2 }
    $1 == "alpha" { isUp = live[$3 " " $4 " -r " $6] > 0 }
    /^    }$/ { declared += weight; if (isUp) up += weight }
    /^}$/ { if (service != "" && up < quorum) print service, declared, sorry; service = "" }' \\
    isTable=1 "$1" isTable= ./*.conf
}
`;
