import { everyMutant, misfit } from '../../scripts/mutants/mutant-list';

test('every fault of the list can be planted, and the tests that must notice it are there', () => {
  const misfits = everyMutant().map((mutant) => ({ ...mutant, misfit: misfit(mutant) }));
  expect(misfits.filter((mutant) => mutant.misfit !== null)).toEqual([]);
});
