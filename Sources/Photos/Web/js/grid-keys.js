/** Arrow keys, Home and End move the focus inside a grid, as in a table of photos. */

/** Listens to a grid's keys; rows are as wide as the screen, so up and down go by position. */
export class GridKeys {
  /** @param {import('./virtual-grid.js').VirtualGrid} grid */
  constructor(grid) {
    grid.container.addEventListener('keydown', (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || !event.target.closest('.tile')) return;
      const next = GridKeys.#next(grid, event.key);
      if (next === null) return;
      event.preventDefault();
      grid.focus(next);
    });
  }

  static #next(grid, key) {
    switch (key) {
      case 'ArrowLeft': return grid.active - 1;
      case 'ArrowRight': return grid.active + 1;
      case 'ArrowUp': return grid.vertical(grid.active, -1);
      case 'ArrowDown': return grid.vertical(grid.active, 1);
      case 'Home': return 0;
      case 'End': return grid.source.count - 1;
      default: return null;
    }
  }
}
