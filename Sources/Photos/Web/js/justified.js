/**
 * Justified rows: every row of photos has one height and fills the width. Photos come in groups
 * (days); groups too small for a row of their own share one, side by side, until a new month begins.
 * The result is flat typed arrays, so 100,000 photos are laid out in a few milliseconds and a row is
 * found by binary search.
 */

/** Ratios beyond these are cropped in the grid: a panorama or a strip must not starve its neighbours. */
const NARROWEST = 0.5;
const WIDEST = 3;

export const HEAD = Object.freeze({ none: 0, group: 1, section: 2 });

/**
 * @param {number} ratio width / height
 * @returns {number} the ratio the tile gets
 */
export function tileRatio(ratio) {
  return Math.min(WIDEST, Math.max(NARROWEST, ratio));
}

/**
 * @typedef {object} LayoutInput
 * @property {ArrayLike<number>} ratios width / height of each photo, in order
 * @property {ArrayLike<number>} groupStarts index of the first photo of each group, ascending, first is 0
 * @property {ArrayLike<number>} sectionFlags 1 where a group begins a section (a month)
 * @property {number} width of the grid, px
 * @property {number} target wished row height, px
 * @property {number} gap between tiles, px
 * @property {number} groupGap between groups that share a row, px
 * @property {number} groupSpace more below a group, px
 * @property {number} groupHead height of a group's heading, px (0: no headings)
 * @property {number} sectionHead height of a section's heading, px
 */

/**
 * @typedef {object} Layout
 * @property {number} rows
 * @property {Int32Array} first index of the row's first photo
 * @property {Int32Array} count photos in the row
 * @property {Int32Array} group index of the first photo's group
 * @property {Float64Array} top y of the photos, px
 * @property {Float32Array} height of the photos, px
 * @property {Uint8Array} head see HEAD
 * @property {number} totalHeight px
 */

/**
 * Lays the photos out. O(photos + groups).
 * @param {LayoutInput} input
 * @returns {Layout}
 */
export function justify(input) {
  const photos = input.ratios.length;
  const groups = photos === 0 ? 0 : input.groupStarts.length;
  const out = {
    rows: 0,
    first: new Int32Array(photos),
    count: new Int32Array(photos),
    group: new Int32Array(photos),
    top: new Float64Array(photos),
    height: new Float32Array(photos),
    head: new Uint8Array(photos),
    totalHeight: 0,
  };
  let y = 0;
  let group = 0;
  const endOf = (g) => (g + 1 < groups ? input.groupStarts[g + 1] : photos);
  const add = (first, count, g, height, head) => {
    if (head === HEAD.section) y += input.sectionHead;
    if (head !== HEAD.none) y += input.groupHead;
    const row = out.rows;
    out.first[row] = first;
    out.count[row] = count;
    out.group[row] = g;
    out.top[row] = y;
    out.height[row] = height;
    out.head[row] = head;
    out.rows = row + 1;
    y += height + input.gap;
  };
  while (group < groups) {
    const head = input.sectionFlags[group] ? HEAD.section : HEAD.group;
    const shared = sharedRow(input, group, groups, endOf);
    if (shared) {
      const start = input.groupStarts[group];
      add(start, endOf(shared.last) - start, group, shared.height, head);
      group = shared.last + 1;
    } else {
      breakRows(input, input.groupStarts[group], endOf(group), (first, count, height) =>
        add(first, count, group, height, first === input.groupStarts[group] ? head : HEAD.none));
      group += 1;
    }
    y += input.groupHead > 0 ? input.groupSpace : 0;
  }
  out.totalHeight = y;
  return out;
}

/** How many whole groups from `group` on fit into one row, or null when the first does not. */
function sharedRow(input, group, groups, endOf) {
  let sum = 0;
  let fixed = 0;
  let last = -1;
  for (let g = group; g < groups; g += 1) {
    if (g > group && input.sectionFlags[g]) break;
    const start = input.groupStarts[g];
    const end = endOf(g);
    let ratios = 0;
    // More photos than the row can hold at the narrowest: no need to add them all up.
    if ((end - start) * NARROWEST * input.target > input.width * 1.2) break;
    for (let i = start; i < end; i += 1) ratios += tileRatio(input.ratios[i]);
    const space = fixed + (end - start - 1) * input.gap + (g > group ? input.groupGap : 0);
    if ((sum + ratios) * input.target + space > input.width * 1.12) break;
    sum += ratios;
    fixed = space;
    last = g;
  }
  if (last < 0) return null;
  return { last, height: finalHeight(input, sum, fixed) };
}

/** Greedy breaking: a row ends where its height comes nearest to the target. */
function breakRows(input, start, end, emit) {
  let first = start;
  let sum = 0;
  for (let i = start; i < end; i += 1) {
    const ratio = tileRatio(input.ratios[i]);
    const n = i - first;
    const height = (input.width - n * input.gap) / (sum + ratio);
    if (height > input.target) {
      sum += ratio;
      continue;
    }
    const without = n > 0 ? (input.width - (n - 1) * input.gap) / sum : Infinity;
    if (without - input.target < input.target - height) {
      emit(first, n, without);
      first = i;
      sum = ratio;
      const alone = input.width / ratio;
      if (alone <= input.target) {
        emit(i, 1, alone);
        first = i + 1;
        sum = 0;
      }
    } else {
      emit(first, n + 1, height);
      first = i + 1;
      sum = 0;
    }
  }
  if (first < end) emit(first, end - first, finalHeight(input, sum, (end - first - 1) * input.gap));
}

/** A row that is nearly full is stretched to the width, a shorter one keeps the target height. */
function finalHeight(input, sum, fixed) {
  const filling = (input.width - fixed) / sum;
  return filling <= input.target * 1.3 ? filling : input.target;
}

/**
 * The row that covers `y` (its heading and the gap below it count as its own).
 * @param {Layout} layout
 * @param {number} y px from the top of the grid
 * @returns {number} row index, clamped to the rows there are; -1 without rows
 */
export function rowAt(layout, y) {
  let low = 0;
  let high = layout.rows - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (layout.top[middle] + layout.height[middle] < y) low = middle + 1;
    else high = middle;
  }
  return high < 0 ? -1 : low;
}

/**
 * The row that holds a photo.
 * @param {Layout} layout
 * @param {number} index of the photo
 * @returns {number}
 */
export function rowOf(layout, index) {
  let low = 0;
  let high = layout.rows - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (layout.first[middle] <= index) low = middle;
    else high = middle - 1;
  }
  return high < 0 ? -1 : low;
}

/**
 * Left edges and widths of a row's tiles, in whole pixels.
 * @param {LayoutInput} input
 * @param {Layout} layout
 * @param {number} row
 * @returns {{left: number, width: number, startsGroup: boolean, group: number}[]}
 */
export function tilesOf(input, layout, row) {
  const tiles = [];
  let x = 0;
  let group = layout.group[row];
  const first = layout.first[row];
  for (let i = first; i < first + layout.count[row]; i += 1) {
    const next = input.groupStarts[group + 1];
    const crosses = i > first && next !== undefined && i >= next;
    if (crosses) {
      group += 1;
      x += input.groupGap - input.gap;
    }
    const width = tileRatio(input.ratios[i]) * layout.height[row];
    const left = Math.round(x);
    tiles.push({
      left,
      width: Math.min(Math.round(x + width), Math.ceil(input.width)) - left,
      startsGroup: crosses || (i === first && layout.head[row] !== HEAD.none),
      group,
    });
    x += width + input.gap;
  }
  return tiles;
}
