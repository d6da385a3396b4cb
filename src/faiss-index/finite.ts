/** Position of the first float that is NaN or infinite; -1 when there is none. A plain loop: adds bring millions of floats. */
export function firstNotFinite(floats: Float32Array): number {
  for (let at = 0; at < floats.length; at++) if (floats[at] - floats[at] !== 0) return at;
  return -1;
}
