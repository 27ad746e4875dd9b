import { tellSurvival } from "./support/survival";
import { survivalOf } from "./support/survivals";

// The rest is in test/lab/matrix. These two take away most, and are undone in two ways: our units see what
// systemd-networkd has done, and NetworkManager tells our dispatcher script.
tellSurvival("direct routing", {
  ...survivalOf("dr", { director1: "networkd", web1: "nm" }),
  events: {
    networkd: ["systemctl restart systemd-networkd"],
    nm: ["nmcli device reapply eth1"],
  },
  boots: [["director1"]],
});
