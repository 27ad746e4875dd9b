/** An answer that the host may not give: too large, or not in the form that our script prints. */
export class BadAnswer extends Error {}

/**
 * The most that a host may answer in one round trip, on both streams together: 64 MiB. The longest answers of a host
 * with 10,000 real servers in their longest form, its table and its journal, were measured as 16 MB.
 */
export const ANSWER_LIMIT = 64 * 1024 * 1024;

/** What a chunk takes beside its bytes. Without it an answer of single bytes would take a hundred times its length. */
const CHUNK_COST = 256;

/** Counts what arrives in one round trip, and throws a BadAnswer as soon as it is more than the limit. */
export class AnswerLimit {
  private received = 0;

  count(chunk: Buffer): void {
    this.received += chunk.length + CHUNK_COST;
    if (this.received > ANSWER_LIMIT) {
      throw new BadAnswer(`the answer is larger than ${ANSWER_LIMIT / 1024 / 1024} MiB`);
    }
  }
}
