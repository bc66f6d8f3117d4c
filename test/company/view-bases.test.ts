import { basesInDefinition, basesOf, viewWords } from '../../src/company/view-bases';
import { madeUpCatalog } from './made-up-catalog';

test('the tables in a definition as both servers write it', () => {
  expect(
    basesInDefinition(
      'select `t`.`id` AS `id`,`a`.`b`.`x` AS `x` from `c`.`tok` `t` join (`a`.`b` left join `a`.`d``e` `q` on(`q`.`id` = `a`.`b`.`id`)) where `a`.`b`.`x` in (select `f`.`g`.`id` from `f`.`g`)',
    ),
  ).toEqual([
    { schema: 'c', table: 'tok' },
    { schema: 'a', table: 'b' },
    { schema: 'a', table: 'd`e' },
    { schema: 'f', table: 'g' },
  ]);
  expect(basesInDefinition('')).toBeNull();
});

test('a view over views reads the tables under them, each once; what one hides, all hide', () => {
  const catalog = madeUpCatalog({
    people: 'id int(11)',
    one: 'id int(11)',
    two: 'id int(11)',
    three: 'id int(11)',
  });
  const view = (name: string, reads: [string, string][] | null) => {
    const table = catalog.tables.find((each) => each.name === name)!;
    table.kind = 'view';
    table.view = {
      security: 'DEFINER',
      definer: 'root@%',
      updatable: true,
      reads: reads?.map(([schema, below]) => ({ schema, table: below })) ?? null,
    };
  };
  view('one', [
    ['shop', 'people'],
    ['other', 'people'],
  ]);
  view('two', [
    ['shop', 'one'],
    ['shop', 'people'],
  ]);
  view('three', [
    ['shop', 'two'],
    ['shop', 'four'],
  ]);
  expect(viewWords(catalog, 'two')).toBe('a view over people, other.people');
  view('one', null);
  expect(basesOf(catalog, 'three')).toBeNull();
});
