import { ipv6 } from "../stories/support/ipv6";
import { tellWholeStory } from "../stories/support/wholeStory";

tellWholeStory("direct routing of IPv4 and IPv6, over TCP and UDP", ipv6);
