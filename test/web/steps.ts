/**
 * Tests that are steps of one story: when one fails, those after it fail at once and say why, instead of each
 * waiting for what cannot come.
 */
export function steps(): (name: string, run: () => Promise<void>) => void {
  let failed: string | undefined;
  return (name, run) =>
    it(name, async () => {
      if (failed) throw new Error(`not tried: “${failed}” failed`);
      failed = name;
      await run();
      failed = undefined;
    });
}
