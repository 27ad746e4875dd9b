import { DOMParser, type Element } from "@xmldom/xmldom";
import { describe, expect, it } from "vitest";
import { showView } from "../../../provider/cli/show/build";
import { svgOf } from "../../../provider/cli/show/graph/svg";
import type { Look } from "../../../provider/cli/show/observedHost";
import type { StateResource } from "../../../provider/cli/state/checkpoint";
import {
  observedHosts,
  reached,
  trafficFacts,
  unreachable,
  webCluster,
} from "../support/observedHosts";
import { child, component, lvs, service } from "../support/states";

const time = new Date("2026-11-27T09:00:01Z");
const live: Record<string, Look> = { director1: reached(trafficFacts()), web1: unreachable("off") };

function drawn(resources: StateResource[], looks = live, stack = "dev"): string {
  return svgOf(showView({ project: "lvs", stack }, time, observedHosts(resources, looks)));
}

/** Parses a drawing into its elements by name. Throws for text that is not XML. */
function parsed(svg: string) {
  const onError = (level: string, message: string) => {
    throw new Error(`${level}: ${message}`);
  };
  const document = new DOMParser({ onError }).parseFromString(svg, "image/svg+xml");
  return (name: string): Element[] => [...document.getElementsByTagName(name)];
}

const textsOf = (svg: string) => parsed(svg)("text").map(({ textContent }) => textContent);
const numberOf = (element: Element, name: string) => Number(element.getAttribute(name));

describe("the drawing of a cluster", () => {
  const svg = drawn(webCluster({ "192.0.2.11": 3, "192.0.2.12": 9, "192.0.2.13": 0 }));

  it("is XML, and has the director, the VIP, the services and the real servers as they are", () => {
    expect(parsed(svg)("svg")[0]?.getAttribute("xmlns")).toBe("http://www.w3.org/2000/svg");
    const texts = textsOf(svg);
    expect(texts.slice(0, 2)).toEqual(["stack dev of lvs, 2026-11-27T09:00:01Z", "cluster web"]);
    const inOrder = [
      ...["director1", "192.0.2.80", "on director1 (eth1)", "tcp 192.0.2.80:80", "wrr"],
      ...["192.0.2.11:80", "dr, weight 3", "web1", "unreachable"],
      ...["192.0.2.12:80", "dr, weight 1", "weight is 1, declared 9"],
      ...["192.0.2.13:80", "dr, weight 0", "managed by others", "tcp 192.0.2.99:9999"],
    ];
    const places = inOrder.map((text) => texts.indexOf(text));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it("marks drift, what is broken, and what is somebody else's", () => {
    const classes = parsed(svg)("rect").map((rect) => rect.getAttribute("class"));
    expect(classes.filter((name) => name === "drift").length).toBe(1);
    expect(classes.filter((name) => name === "bad").length).toBe(1);
    expect(classes.filter((name) => name === "others").length).toBe(12);
  });

  it("has every box and text within the page, and no box over another", () => {
    const [page, ...boxes] = parsed(svg)("rect").map((rect) => {
      const [x, y] = [numberOf(rect, "x"), numberOf(rect, "y")];
      return {
        left: x,
        top: y,
        right: x + numberOf(rect, "width"),
        bottom: y + numberOf(rect, "height"),
      };
    });
    for (const [index, box] of boxes.entries()) {
      expect(box.right).toBeLessThanOrEqual(page?.right ?? 0);
      expect(box.bottom).toBeLessThanOrEqual(page?.bottom ?? 0);
      const over = boxes.slice(index + 1).filter((other) => {
        const isBeside = other.left >= box.right || other.right <= box.left;
        return !isBeside && other.top < box.bottom && other.bottom > box.top;
      });
      expect(over).toEqual([]);
    }
    for (const text of parsed(svg)("text"))
      expect(numberOf(text, "y")).toBeLessThan(page?.bottom ?? 0);
  });

  it("has looks for the light and the dark, in its own style sheet and fonts of the reader", () => {
    const [style] = parsed(svg)("style");
    expect(style?.textContent).toContain("@media (prefers-color-scheme: dark)");
    expect(svg).not.toMatch(/https?:(?!\/\/www\.w3\.org\/2000\/svg)|@import|url\(|<script|<image/);
    for (const element of ["rect", "text", "path"].flatMap(parsed(svg)))
      expect(element.getAttribute("fill")).toMatch(/^(#[0-9a-f]{6}|none)$/);
  });

  it("draws the table of the director that holds the VIP, and the others by dashed lines", () => {
    const onOther = (resource: StateResource): StateResource => ({
      ...resource,
      urn: `${resource.urn}2`,
      id: (resource.id ?? "").replace("director1", "director2"),
    });
    const web = component("lvs:index:Cluster", "web");
    const director = child(web, lvs("Director", "director", { ipvs: "loaded" }));
    const http = child(web, service("http", {}, { scheduler: "wrr", schedulerFlags: [] }));
    const gone = trafficFacts({ links: new Map(), ipvs: {}, statistics: new Map() });
    const two = drawn([onOther(director), onOther(http), ...webCluster()], {
      ...live,
      director2: reached(gone),
    });
    expect(textsOf(two).filter((text) => text === "tcp 192.0.2.80:80").length).toBe(1);
    expect(textsOf(two)).toContain("192.0.2.11:80");
    const dashed = parsed(two)("path").filter((path) => path.hasAttribute("stroke-dasharray"));
    expect(dashed.length).toBe(1);
  });

  it("escapes what a host or a state says", () => {
    const evil = `<script>alert("x")</script>&amp;' ]]> \u0000\u001b[31m\u202e`;
    const resources = [lvs("Director", "director"), service("http", {}, { scheduler: evil })];
    const hostile = drawn(resources, { director1: unreachable(evil) }, evil);
    expect(parsed(hostile)("script")).toEqual([]);
    expect(textsOf(hostile)).toContain(
      `<script>alert("x")</script>&amp;' ]]> \\u0000\\u001b[31m\\u202e`,
    );
  });

  it("is a drawing also of a stack that has no clusters", () => {
    expect(textsOf(drawn([]))).toEqual(["stack dev of lvs, 2026-11-27T09:00:01Z"]);
  });
});
