/** Zooming, panning and swiping a picture: wheel, pinch, double click, drag. */

const MOST = 8;
const DOUBLE_CLICK = 2.5;
const SWIPE_PX = 56;
const DISMISS_PX = 110;
const DOUBLE_TAP_MS = 300;

/**
 * Moves a frame inside a stage. Events: `swipe` (detail: 1 to the next, -1 to the previous),
 * `dismiss` (pulled down).
 */
export class Zoom extends EventTarget {
  #stage;
  #frame = null;
  #scale = 1;
  #x = 0;
  #y = 0;
  #pointers = new Map();
  #start = null;
  #lastTap = { time: 0, x: 0, y: 0 };

  /** @param {HTMLElement} stage takes the pointer events */
  constructor(stage) {
    super();
    this.#stage = stage;
    stage.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    stage.addEventListener('dblclick', (event) => this.#toggle(event.clientX, event.clientY));
    stage.addEventListener('pointerdown', (event) => this.#down(event));
    stage.addEventListener('pointermove', (event) => this.#move(event));
    stage.addEventListener('pointerup', (event) => this.#up(event));
    stage.addEventListener('pointercancel', (event) => this.#cancel(event));
  }

  /** @param {HTMLElement} frame shown from now on, not zoomed */
  attach(frame) {
    this.#frame = frame;
    this.#pointers.clear();
    this.reset();
  }

  /** Back to the whole picture. */
  reset() {
    this.#scale = 1;
    this.#x = 0;
    this.#y = 0;
    this.#apply(false);
  }

  /** @param {number} factor zooms about the middle of the stage */
  by(factor) {
    const box = this.#stage.getBoundingClientRect();
    this.#zoomAt(box.left + box.width / 2, box.top + box.height / 2, this.#scale * factor, true);
  }

  get zoomed() {
    return this.#scale > 1.001;
  }

  #apply(smooth) {
    if (!this.#frame) return;
    this.#frame.classList.toggle('smooth', smooth);
    this.#frame.style.transform = `translate(${this.#x}px, ${this.#y}px) scale(${this.#scale})`;
    this.#stage.classList.toggle('zoomed', this.zoomed);
  }

  #clamp() {
    const spareX = Math.max(0, (this.#frame.offsetWidth * this.#scale - this.#stage.clientWidth) / 2);
    const spareY = Math.max(0, (this.#frame.offsetHeight * this.#scale - this.#stage.clientHeight) / 2);
    this.#x = Math.min(spareX, Math.max(-spareX, this.#x));
    this.#y = Math.min(spareY, Math.max(-spareY, this.#y));
  }

  /** Keeps the point of the picture under the pointer where it is. */
  #zoomAt(clientX, clientY, scale, smooth) {
    if (!this.#frame) return;
    const next = Math.min(MOST, Math.max(1, scale));
    const box = this.#stage.getBoundingClientRect();
    const px = clientX - box.left - box.width / 2;
    const py = clientY - box.top - box.height / 2;
    this.#x = px - ((px - this.#x) * next) / this.#scale;
    this.#y = py - ((py - this.#y) * next) / this.#scale;
    this.#scale = next;
    this.#clamp();
    this.#apply(smooth);
  }

  #wheel(event) {
    event.preventDefault();
    const pixels = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
    // Browsers report a pinch on a trackpad as a wheel with Ctrl, in finer steps.
    this.#zoomAt(event.clientX, event.clientY, this.#scale * Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.002)), false);
  }

  #toggle(clientX, clientY) {
    this.#zoomAt(clientX, clientY, this.zoomed ? 1 : DOUBLE_CLICK, true);
  }

  #down(event) {
    if (event.button !== 0 || event.target.closest('button, a')) return;
    this.#stage.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#begin();
  }

  #begin() {
    const points = [...this.#pointers.values()];
    this.#start = { points: points.map((point) => ({ ...point })), x: this.#x, y: this.#y, scale: this.#scale, time: performance.now() };
  }

  #move(event) {
    const point = this.#pointers.get(event.pointerId);
    if (!point || !this.#frame) return;
    point.x = event.clientX;
    point.y = event.clientY;
    const points = [...this.#pointers.values()];
    if (points.length === 2) {
      this.#pinch(points);
      return;
    }
    const dx = points[0].x - this.#start.points[0].x;
    const dy = points[0].y - this.#start.points[0].y;
    if (this.zoomed) {
      this.#x = this.#start.x + dx;
      this.#y = this.#start.y + dy;
      this.#clamp();
    } else if (event.pointerType !== 'mouse') {
      const sideways = Math.abs(dx) > Math.abs(dy);
      this.#x = sideways ? dx : 0;
      this.#y = sideways ? 0 : Math.max(0, dy);
    }
    this.#apply(false);
  }

  #pinch([a, b]) {
    const [c, d] = this.#start.points;
    if (!d) return;
    const factor = Math.hypot(a.x - b.x, a.y - b.y) / Math.max(1, Math.hypot(c.x - d.x, c.y - d.y));
    this.#zoomAt((a.x + b.x) / 2, (a.y + b.y) / 2, this.#start.scale * factor, false);
  }

  #up(event) {
    if (!this.#pointers.delete(event.pointerId)) return;
    if (this.#pointers.size > 0) {
      this.#begin();
      return;
    }
    const from = this.#start.points[0];
    const dx = event.clientX - from.x;
    const dy = event.clientY - from.y;
    const touch = event.pointerType !== 'mouse';
    if (touch && !this.zoomed && this.#start.points.length === 1) this.#release(dx, dy);
    if (touch && Math.hypot(dx, dy) < 10) this.#tapped(event);
  }

  #release(dx, dy) {
    const fast = Math.hypot(dx, dy) / Math.max(1, performance.now() - this.#start.time) > 0.5;
    this.#x = 0;
    this.#y = 0;
    this.#apply(true);
    if (Math.abs(dx) > Math.abs(dy) && (Math.abs(dx) > SWIPE_PX * 2 || (fast && Math.abs(dx) > SWIPE_PX / 2))) {
      this.dispatchEvent(new CustomEvent('swipe', { detail: dx < 0 ? 1 : -1 }));
    } else if (dy > DISMISS_PX) {
      this.dispatchEvent(new Event('dismiss'));
    }
  }

  #tapped(event) {
    const now = performance.now();
    const last = this.#lastTap;
    if (now - last.time < DOUBLE_TAP_MS && Math.hypot(event.clientX - last.x, event.clientY - last.y) < 40) {
      this.#lastTap = { time: 0, x: 0, y: 0 };
      this.#toggle(event.clientX, event.clientY);
      return;
    }
    this.#lastTap = { time: now, x: event.clientX, y: event.clientY };
  }

  #cancel(event) {
    this.#pointers.delete(event.pointerId);
    if (!this.zoomed) this.reset();
  }
}
