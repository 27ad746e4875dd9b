import type * as pulumi from "@pulumi/pulumi";

/**
 * The provider that Pulumi writes into a stack's state. It is a constant, captures nothing, and runs the engine that is
 * installed today, whatever version wrote the state.
 */
function trampoline(kind: string) {
  return {
    kind,
    async check(olds: unknown, news: unknown) {
      return require("pulumi-lvs/runtime").call(this.kind, "check", olds, news);
    },
    async diff(id: string, olds: unknown, news: unknown) {
      return require("pulumi-lvs/runtime").call(this.kind, "diff", id, olds, news);
    },
    async create(inputs: unknown) {
      return require("pulumi-lvs/runtime").call(this.kind, "create", inputs);
    },
    async read(id: string, props: unknown) {
      return require("pulumi-lvs/runtime").call(this.kind, "read", id, props);
    },
    async update(id: string, olds: unknown, news: unknown) {
      return require("pulumi-lvs/runtime").call(this.kind, "update", id, olds, news);
    },
    async delete(id: string, props: unknown) {
      return require("pulumi-lvs/runtime").call(this.kind, "delete", id, props);
    },
  } satisfies pulumi.dynamic.ResourceProvider & { kind: string };
}

/** One provider a kind: Pulumi serializes each object once in a run. */
export const trampolines = {
  Director: trampoline("Director"),
  VirtualIp: trampoline("VirtualIp"),
  VirtualService: trampoline("VirtualService"),
  RealServer: trampoline("RealServer"),
  RealServerVip: trampoline("RealServerVip"),
  RealServerGateway: trampoline("RealServerGateway"),
} as const;

/** The names of the kinds, which are also the types of the resources (`pulumi-nodejs:dynamic/lvs:Director`). */
export type KindName = keyof typeof trampolines;
