import { HEAD, justify, rowAt, rowOf, tileRatio, tilesOf } from '/js/justified.js';
import { equal, ok, test } from './harness.js';

/** A small generator with a seed, so that a failure can be repeated. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

function input(seed, photos, width, headings = true) {
  const next = random(seed);
  const groupStarts = [];
  const sectionFlags = [];
  for (let i = 0; i < photos; i += 1 + Math.floor(next() * next() * 40)) {
    groupStarts.push(i);
    sectionFlags.push(i === 0 || next() < 0.1 ? 1 : 0);
  }
  return {
    ratios: Float32Array.from({ length: photos }, () => 0.2 + next() * 3), groupStarts, sectionFlags, width, target: 200, gap: 6,
    groupGap: 22, groupSpace: 8, groupHead: headings ? 34 : 0, sectionHead: headings ? 64 : 0,
  };
}

test('no photos make no rows', () => {
  const layout = justify({ ...input(1, 0, 1000), groupStarts: [] });
  equal([layout.rows, layout.totalHeight, rowAt(layout, 0), rowOf(layout, 0)], [0, 0, -1, -1]);
});

test('every photo is in exactly one row, in order, and rows never overlap', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const given = input(seed, 700, 300 + seed * 90);
    const layout = justify(given);
    let next = 0;
    let bottom = 0;
    for (let row = 0; row < layout.rows; row += 1) {
      equal(layout.first[row], next, `seed ${seed} row ${row}`);
      ok(layout.top[row] >= bottom, `seed ${seed} row ${row} begins below the one before`);
      next += layout.count[row];
      bottom = layout.top[row] + layout.height[row];
    }
    equal(next, 700, `seed ${seed}`);
    ok(layout.totalHeight >= bottom, 'the grid is as high as its rows');
  }
});

test('tiles stay inside the width, do not overlap, and full rows end at the edge', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const given = input(seed, 400, 320 + seed * 77);
    const layout = justify(given);
    for (let row = 0; row < layout.rows; row += 1) {
      const tiles = tilesOf(given, layout, row);
      let x = 0;
      for (const tile of tiles) {
        ok(tile.left >= x, `seed ${seed} row ${row}: tiles overlap`);
        ok(tile.width > 0, `seed ${seed} row ${row}: a tile has no width`);
        x = tile.left + tile.width;
      }
      ok(x <= given.width + 1, `seed ${seed} row ${row}: ${x} exceeds ${given.width}`);
      ok(layout.height[row] <= given.target * 1.75, `seed ${seed} row ${row} is ${layout.height[row]} high`);
      if (layout.height[row] > given.target * 1.001) ok(x >= given.width - 2, `seed ${seed} row ${row} is stretched, so it is full`);
    }
  }
});

test('small days share a row until a month begins', () => {
  const given = { ...input(1, 3, 1200), ratios: [1, 1, 1], groupStarts: [0, 1, 2], sectionFlags: [1, 0, 1] };
  const layout = justify(given);
  equal([layout.rows, layout.count[0], layout.count[1]], [2, 2, 1]);
  equal([layout.head[0], layout.head[1]], [HEAD.section, HEAD.section]);
  equal(tilesOf(given, layout, 0).map((tile) => [tile.startsGroup, tile.group]), [[true, 0], [true, 1]]);
});

test('only the first row of a day has its heading', () => {
  const given = { ...input(1, 60, 900), ratios: new Float32Array(60).fill(1.5), groupStarts: [0], sectionFlags: [1] };
  const layout = justify(given);
  equal(Array.from(layout.head.slice(0, layout.rows)).filter((head) => head !== HEAD.none).length, 1);
});

test('a row is found by its y and by its photos', () => {
  const layout = justify(input(5, 900, 1000));
  for (let row = 0; row < layout.rows; row += 1) {
    equal(rowAt(layout, layout.top[row] + 1), row);
    equal(rowOf(layout, layout.first[row]), row);
    equal(rowOf(layout, layout.first[row] + layout.count[row] - 1), row);
  }
  equal([rowAt(layout, -50), rowAt(layout, 1e9)], [0, layout.rows - 1]);
});

test('panoramas and strips are cropped', () => equal([tileRatio(12), tileRatio(0.01), tileRatio(1.5)], [3, 0.5, 1.5]));

test('one panorama wider than the grid has a row of its own', () => {
  const given = { ...input(1, 3, 320), target: 200, ratios: [1, 12, 1], groupStarts: [0], sectionFlags: [1] };
  const layout = justify(given);
  let photos = 0;
  for (let row = 0; row < layout.rows; row += 1) photos += layout.count[row];
  equal(photos, 3);
});
