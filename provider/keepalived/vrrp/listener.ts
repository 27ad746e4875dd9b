/**
 * A program that hears who else on the network of an interface speaks for a virtual router, before keepalived does. It is
 * written for perl, which each Debian and Ubuntu has (perl-base), since nothing else there listens to a protocol by its
 * number. keepalived could not tell: what goes by multicast does not reach it while it speaks to its peers alone, and by
 * multicast it takes part in the election with whoever speaks, and says nothing.
 *
 * It is given the interface, the number of the virtual router, the seconds to listen, the director's own address, and the
 * addresses of its peers; it prints the address of the first other one that sends an advertisement with this number. It has
 * no single quotes, since the shell has it within them.
 */
export const LISTENER = `use Socket qw(:all);
my ($device, $id, $seconds, @known) = @ARGV;
my $six = $known[0] =~ /:/;
my $family = $six ? AF_INET6 : AF_INET;
socket(my $socket, $family, SOCK_RAW, 112) or die "socket: $!\\n";
my $bindToDevice = 25;
setsockopt($socket, SOL_SOCKET, $bindToDevice, $device) or die "$device: $!\\n";
open(my $file, "<", "/sys/class/net/$device/ifindex") or die "$device: $!\\n";
my $index = int(<$file>);
if ($six) {
  setsockopt($socket, IPPROTO_IPV6, IPV6_JOIN_GROUP, pack("a16 I", inet_pton(AF_INET6, "ff02::12"), $index));
} else {
  setsockopt($socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, pack("a4 x4 i", inet_aton("224.0.0.18"), $index));
}
my %isKnown = map { inet_pton($family, $_) => 1 } @known;
my $end = time + $seconds;
while ((my $left = $end - time) > 0) {
  vec(my $readable = "", fileno($socket), 1) = 1;
  select($readable, undef, undef, $left) or next;
  my $from = recv($socket, my $packet, 2048, 0) or next;
  # A packet of IPv4 begins with its header, whose length is in words of 4 bytes.
  my $header = $six ? 0 : 4 * (ord($packet) & 15);
  next if length($packet) < $header + 2;
  my ($type, $number) = unpack("C2", substr($packet, $header));
  my $source = $six ? (unpack_sockaddr_in6($from))[1] : (unpack_sockaddr_in($from))[1];
  next if ($type & 15) != 1 || $number != $id || $isKnown{$source};
  print inet_ntop($family, $source), "\\n";
  exit;
}
`;
