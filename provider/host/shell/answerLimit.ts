/** The error for an answer that is too large, or not in the form that our script prints. */
export class BadAnswer extends Error {}

/**
 * The limit of a host's answer in one round trip, for both streams together. The longest measured answer has 16 MB: the
 * IPVS table and the journal of a host with 10,000 real servers in their longest form.
 */
export const ANSWER_LIMIT = 64 * 1024 * 1024;

/** The memory of a chunk in addition to its bytes, so that an answer in single bytes counts fully. */
const CHUNK_COST = 256;

/** Counts the answer of one round trip, and throws a BadAnswer when the answer exceeds the limit. */
export class AnswerLimit {
  private received = 0;

  count(chunk: Buffer): void {
    this.received += chunk.length + CHUNK_COST;
    if (this.received > ANSWER_LIMIT) {
      throw new BadAnswer(`the answer is larger than ${ANSWER_LIMIT / 1024 / 1024} MiB`);
    }
  }
}
