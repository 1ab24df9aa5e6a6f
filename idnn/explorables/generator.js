// Return a generator of random numbers that depend on nothing but the seed: mulberry32, by Tommy Ettinger; normal numbers by Box and Muller.
// It offers of numpy.random.Generator what the course draws, in the same order; tests/test_explorables.py has it in Python, so that whole runs
// can be compared.
export function generator(seed) {
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => {
    const length = Math.sqrt(-2 * Math.log(1 - random()));
    return length * Math.cos(2 * Math.PI * random());
  };
  const shuffled = (values) => {
    const order = [...values];
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  };
  return { random, normal, shuffled };
}
