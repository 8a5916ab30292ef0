import { contentKey, emptyState, formatState, isFiltered, parseState, searchKind } from '/js/url-state.js';
import { equal, ok, test } from './harness.js';

test('the empty state has an empty address', () => {
  equal(formatState(emptyState()), '');
  equal(parseState(''), emptyState());
});

test('every field survives the address', () => {
  const state = { query: 'кот & "dog" +1', similar: null, picture: null, formats: ['jpeg', 'heic'], from: '2020-02-29', to: '2021-01-01', threshold: 25, top: 200, photo: 9007199254 };
  equal(parseState(formatState(state)), state);
  const similar = { ...emptyState(), similar: 7 };
  equal(parseState(formatState(similar)), similar);
});

test('what is not valid in an address is left at its default', () => {
  equal(parseState('?similar=-1&photo=x&min=900&top=30&from=2021-02-30&to=yesterday&formats=jpeg,<b>,,jpeg&q=%20'),
    { ...emptyState(), formats: ['jpeg'], threshold: 50 });
});

test('days given the wrong way round are put right', () => {
  const state = parseState('?from=2021-05-01&to=2020-01-01');
  equal([state.from, state.to], ['2020-01-01', '2021-05-01']);
});

test('a picture comes before a photo, a photo before text', () => {
  equal(searchKind({ ...emptyState(), picture: 'p1', similar: 1, query: 'a' }), 'picture');
  equal(searchKind({ ...emptyState(), similar: 1, query: 'a' }), 'similar');
  equal(searchKind({ ...emptyState(), query: 'a' }), 'text');
  equal(searchKind(emptyState()), null);
});

test('the open photo is no part of what is shown below it', () => {
  equal(contentKey({ ...emptyState(), query: 'a', photo: 5 }), contentKey({ ...emptyState(), query: 'a' }));
});

test('only formats and days are filters of the library', () => {
  ok(isFiltered({ ...emptyState(), from: '2020-01-01' }), 'a day filters');
  ok(!isFiltered({ ...emptyState(), threshold: 10 }), 'similarity needs a search');
});
