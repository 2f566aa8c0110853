import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibreMap } from "maplibre-gl";
import { type Fleet, stride } from "./fleet.ts";
import { linkProgram, type Uniforms, uniformsOf } from "./gl.ts";
import { fragmentShader, vertexShader } from "./marker-shaders.ts";
import { splitFloat, toUnitSquare } from "./mercator.ts";

/** Colours of the markers as red, green, blue from 0 to 1. */
export interface MarkerColours {
  readonly ink: Rgb;
  readonly halo: Rgb;
  readonly signal: Rgb;
}

/** Red, green, blue from 0 to 1. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Pixels that an eye notices, and milliseconds. */
const [visible, frame, longestPause] = [0.3, 17, 100];

const names = [
  "matrix",
  "centre",
  "world",
  "now",
  "bearing",
  "pixel",
  "size",
  "ink",
  "halo",
  "chosen",
] as const;

/** Draws the whole fleet in one instanced call a world copy; asks for frames only while something glides. */
export class MarkersLayer implements CustomLayerInterface {
  readonly id = "markers";
  readonly type = "custom";
  readonly renderingMode = "2d";
  /** Device drawn in the signal colour, with a ring. */
  selected: string | undefined;
  colours: MarkerColours = { ink: [0, 0, 0], halo: [1, 1, 1], signal: [1, 0, 0] };
  /** Called after every frame; the labels follow the markers here. */
  drawn: () => void = () => {};
  readonly #fleet: Fleet;
  #map: MapLibreMap | undefined;
  #program: WebGLProgram | undefined;
  #uniforms: Uniforms<(typeof names)[number]> | undefined;
  #array: WebGLVertexArrayObject | undefined;
  #buffer: WebGLBuffer | undefined;
  #uploaded = -1;
  #capacity = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  onAdd(map: MapLibreMap, gl: WebGL2RenderingContext): void {
    this.#map = map;
    this.#program = linkProgram(gl, vertexShader, fragmentShader);
    this.#uniforms = uniformsOf(gl, this.#program, names);
    this.#array = gl.createVertexArray();
    this.#buffer = gl.createBuffer();
    this.#uploaded = -1;
    this.#capacity = 0;
  }

  onRemove(_map: MapLibreMap, gl: WebGL2RenderingContext): void {
    if (this.#program) gl.deleteProgram(this.#program);
    if (this.#array) gl.deleteVertexArray(this.#array);
    if (this.#buffer) gl.deleteBuffer(this.#buffer);
    clearTimeout(this.#timer);
    this.#program = this.#array = this.#buffer = this.#map = this.#timer = undefined;
  }

  render(gl: WebGL2RenderingContext, input: CustomRenderMethodInput): void {
    const map = this.#map;
    const uniforms = this.#uniforms;
    if (!map || !uniforms || !this.#program || !this.#array) return;
    gl.useProgram(this.#program);
    gl.bindVertexArray(this.#array);
    this.#upload(gl);
    const now = Date.now();
    this.#place(gl, map, uniforms, input, now);
    const { colours } = this;
    gl.uniform3fv(uniforms.ink, colours.ink);
    gl.uniform3fv(uniforms.halo, colours.halo);
    gl.uniform1f(uniforms.chosen, 0);
    gl.uniform1f(uniforms.size, markerSize(map.getZoom(), this.#fleet.count));
    const worlds = worldsInView(map);
    this.#point(gl, 0);
    for (const world of worlds) {
      gl.uniform1f(uniforms.world, world);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.#fleet.count);
    }
    const slot = this.selected === undefined ? undefined : this.#fleet.slot(this.selected);
    if (slot !== undefined) {
      this.#point(gl, slot);
      gl.uniform3fv(uniforms.ink, colours.signal);
      gl.uniform1f(uniforms.chosen, 1);
      gl.uniform1f(uniforms.size, 1.2);
      for (const world of worlds) {
        gl.uniform1f(uniforms.world, world);
        gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, 1);
      }
    }
    gl.bindVertexArray(null);
    this.drawn();
    if (this.#fleet.glidingUntil > now) this.refresh();
  }

  /**
   * Asks for a frame: at once where markers move visibly, later where a frame would show the same picture. Seen from
   * far out an aircraft needs minutes for a pixel, and drawing that sixty times a second only heats the machine.
   */
  refresh(): void {
    if (!this.#map || this.#timer !== undefined) return;
    const pixelsPerMs = this.#fleet.fastest * 512 * 2 ** this.#map.getZoom();
    const pause = Math.min(longestPause, visible / pixelsPerMs);
    if (pause < frame) return this.#map.triggerRepaint();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#map?.triggerRepaint();
    }, pause);
  }

  #upload(gl: WebGL2RenderingContext): void {
    const fleet = this.#fleet;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer ?? null);
    if (this.#uploaded === fleet.version) return;
    if (this.#capacity !== fleet.instances.length) {
      this.#capacity = fleet.instances.length;
      gl.bufferData(gl.ARRAY_BUFFER, fleet.instances, gl.DYNAMIC_DRAW);
    } else {
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, fleet.instances, 0, fleet.count * stride);
    }
    this.#uploaded = fleet.version;
  }

  /** Points the attributes at the instance in `slot` and those after it. */
  #point(gl: WebGL2RenderingContext, slot: number): void {
    const sizes = [4, 4, 3];
    let offset = 0;
    for (const [location, size] of sizes.entries()) {
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, size, gl.FLOAT, false, stride * 4, (slot * stride + offset) * 4);
      gl.vertexAttribDivisor(location, 1);
      offset += size;
    }
  }

  #place(
    gl: WebGL2RenderingContext,
    map: MapLibreMap,
    uniforms: Uniforms<(typeof names)[number]>,
    input: CustomRenderMethodInput,
    now: number,
  ): void {
    const { lng, lat } = map.getCenter();
    const [x, y] = toUnitSquare(lng, lat);
    const matrix = translated(input.defaultProjectionData.mainMatrix, x, y);
    const [highX, lowX] = splitFloat(x);
    const [highY, lowY] = splitFloat(y);
    const { clientWidth, clientHeight } = map.getCanvas();
    gl.uniformMatrix4fv(uniforms.matrix, false, matrix);
    gl.uniform4f(uniforms.centre, highX, lowX, highY, lowY);
    gl.uniform1f(uniforms.now, (now - this.#fleet.epoch) / 1_000);
    gl.uniform1f(uniforms.bearing, (map.getBearing() * Math.PI) / 180);
    gl.uniform2f(uniforms.pixel, 2 / clientWidth, 2 / clientHeight);
  }
}

/** Copies of the world that the view shows, as offsets in whole worlds. */
export function worldsInView(map: MapLibreMap): readonly number[] {
  const bounds = map.getBounds();
  const first = Math.floor((bounds.getWest() + 180) / 360);
  const last = Math.floor((bounds.getEast() + 180) / 360);
  return Array.from({ length: Math.min(7, last - first + 1) }, (_, index) => first + index);
}

/** Far out and among many, markers are smaller, so that a crowd stays a pattern and not a blot. */
function markerSize(zoom: number, count: number): number {
  const near = Math.min(1, Math.max(0, (zoom - 2) / 6));
  const crowd = count > 500 ? 0.55 : 0.75;
  return crowd + (1 - crowd) * near;
}

/** `matrix` × translation by (x, y, 0), calculated in 64 bits before the GPU's 32. */
function translated(matrix: ArrayLike<number>, x: number, y: number): Float32Array {
  const out = Float32Array.from(matrix);
  for (let row = 0; row < 4; row++) {
    out[12 + row] = (matrix[row] ?? 0) * x + (matrix[4 + row] ?? 0) * y + (matrix[12 + row] ?? 0);
  }
  return out;
}
