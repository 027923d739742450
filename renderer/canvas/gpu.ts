// Images on the graphics card (WebGL2): samples as they are stored in a texture of whole numbers, the colour table
// (tone.ts) in another of 256 x 256, so that a drag of the window sends a quarter of a megabyte and nothing else. One
// context paints for all stages of the page; each copies its part into its own canvas, under its marks, in one frame.
import type { PixelFormat } from '../../shared/domain/case.ts';
import type { Size } from '../../shared/domain/geometry.ts';
import { toImage, type View } from './geometry.ts';
import type { ColourTable, Samples } from './tone.ts';

/** Bytes of textures that are kept. */
const textureLimit = 256 * 2 ** 20;

const vertexShader = `#version 300 es
void main() { gl_Position = vec4(vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0), 0.0, 1.0); }`;
/** Signed samples come as their bits: the sign's bit turned over is the place in the table. */
const fragmentShader = `#version 300 es
precision highp float; precision highp int; precision highp usampler2D; precision highp sampler2D;
uniform usampler2D samples; uniform sampler2D colours;
uniform ivec2 size; uniform uint sign; uniform bool inColour; uniform bool between; uniform int taps;
uniform vec2 first; uniform vec2 across; uniform vec2 down; uniform float height;
out vec4 colour;
vec3 tableAt(uint i) { return texelFetch(colours, ivec2(int(i & 255u), int(i >> 8u)), 0).rgb; }
vec3 at(ivec2 p) {
  uvec4 s = texelFetch(samples, clamp(p, ivec2(0), size - 1), 0);
  return inColour ? vec3(tableAt(s.r).r, tableAt(s.g).r, tableAt(s.b).r) : tableAt(s.r ^ sign);
}
vec3 seen(vec2 p) {
  if (!between) return at(ivec2(floor(p)));
  vec2 q = p - 0.5, part = fract(q);
  ivec2 i = ivec2(floor(q));
  return mix(mix(at(i), at(i + ivec2(1, 0)), part.x), mix(at(i + ivec2(0, 1)), at(i + ivec2(1, 1)), part.x), part.y);
}
void main() {
  vec2 screen = vec2(gl_FragCoord.x, height - gl_FragCoord.y), middle = first + across * screen.x + down * screen.y;
  if (any(lessThan(middle, vec2(0.0))) || any(greaterThanEqual(middle, vec2(size)))) { colour = vec4(0.0); return; }
  vec3 sum = vec3(0.0);
  for (int y = 0; y < taps; y++) for (int x = 0; x < taps; x++) {
    vec2 by = (vec2(x, y) + 0.5) / float(taps) - 0.5;
    sum += seen(middle + across * by.x + down * by.y);
  }
  colour = vec4(sum / float(taps * taps), 1.0);
}`;

interface Held { readonly texture: WebGLTexture; readonly bytes: number }

export class GpuPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGL2RenderingContext;
  #program: WebGLProgram | null = null;
  readonly #places = new Map<string, WebGLUniformLocation | null>();
  readonly #held = new Map<string, Held>();
  readonly #most: number;
  #colours: WebGLTexture | null = null;
  #table: ColourTable | null = null;
  #isLost = false;
  readonly #loss: WEBGL_lose_context | null;

  private constructor(canvas: HTMLCanvasElement, gl: WebGL2RenderingContext, onChange: () => void) {
    this.#canvas = canvas;
    this.#gl = gl;
    const most: unknown = gl.getParameter(gl.MAX_TEXTURE_SIZE);
    this.#most = typeof most === 'number' ? most : 0;
    // A context that is lost gives no extension any more.
    this.#loss = gl.getExtension('WEBGL_lose_context');
    this.#begin();
    canvas.addEventListener('webglcontextlost', (e) => { e.preventDefault(); this.#isLost = true; this.#held.clear(); onChange(); });
    canvas.addEventListener('webglcontextrestored', () => { this.#isLost = false; this.#begin(); onChange(); });
  }

  /**
   * Null where there is no WebGL2. @param evenSlow also where the processor plays the graphics card, which is slower than
   * painting there at once. @param onChange told when the context is lost and when it is there again.
   */
  static open(evenSlow: boolean, onChange: () => void): GpuPainter | null {
    const canvas = document.createElement('canvas');
    canvas.width = 1; canvas.height = 1;
    const gl = canvas.getContext('webgl2', { alpha: true, antialias: false, depth: false, premultipliedAlpha: true, preserveDrawingBuffer: false, failIfMajorPerformanceCaveat: !evenSlow });
    if (gl === null || (!evenSlow && isPlayed(gl))) return null;
    try { return new GpuPainter(canvas, gl, onChange); } catch { return null; }
  }

  get isLost(): boolean { return this.#isLost; }
  /** The context is taken away, as by a driver that starts anew, or given back; for tests. */
  lose(away: boolean): void { if (away) this.#loss?.loseContext(); else this.#loss?.restoreContext(); }

  #begin(): void {
    const gl = this.#gl, program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, vertexShader], [gl.FRAGMENT_SHADER, fragmentShader]] as const) {
      const shader = gl.createShader(kind);
      if (shader === null) throw new Error('no shader');
      gl.shaderSource(shader, source); gl.compileShader(shader); gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true) throw new Error(gl.getProgramInfoLog(program) ?? 'the shader does not link');
    this.#program = program;
    this.#places.clear();
    this.#table = null;
    this.#colours = this.#texture(gl.TEXTURE1);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, 256, 256);
  }

  #texture(unit: number): WebGLTexture {
    const gl = this.#gl, texture = gl.createTexture();
    gl.activeTexture(unit);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    for (const [name, value] of [[gl.TEXTURE_MIN_FILTER, gl.NEAREST], [gl.TEXTURE_MAG_FILTER, gl.NEAREST], [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE], [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE]] as const) gl.texParameteri(gl.TEXTURE_2D, name, value);
    return texture;
  }

  /** Whether a texture can be that large. */
  takes({ width, height }: Size): boolean { return !this.#isLost && width <= this.#most && height <= this.#most; }
  holds(blob: string): boolean { return !this.#isLost && this.#held.has(blob); }

  hold(format: PixelFormat, samples: Samples): void {
    if (!this.takes(format) || this.#held.has(format.blob)) return;
    const gl = this.#gl, { width, height } = format, texture = this.#texture(gl.TEXTURE0), wide = !(samples instanceof Uint8Array);
    const bits = samples instanceof Int16Array ? new Uint16Array(samples.buffer, samples.byteOffset, samples.length) : samples;
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    const inner = format.channels === 1 ? (wide ? gl.R16UI : gl.R8UI) : wide ? gl.RGB16UI : gl.RGB8UI;
    gl.texImage2D(gl.TEXTURE_2D, 0, inner, width, height, 0, format.channels === 1 ? gl.RED_INTEGER : gl.RGB_INTEGER, wide ? gl.UNSIGNED_SHORT : gl.UNSIGNED_BYTE, bits);
    this.#held.set(format.blob, { texture, bytes: samples.byteLength });
    let sum = [...this.#held.values()].reduce((all, h) => all + h.bytes, 0);
    for (const [blob, old] of this.#held) {
      if (sum <= textureLimit || blob === format.blob) break;
      this.#held.delete(blob);
      gl.deleteTexture(old.texture);
      sum -= old.bytes;
    }
  }

  #uniform(name: string): WebGLUniformLocation | null {
    if (this.#program === null) return null;
    if (!this.#places.has(name)) this.#places.set(name, this.#gl.getUniformLocation(this.#program, name));
    return this.#places.get(name) ?? null;
  }

  /** Paints the stage's part of an image that is held; false where it is not. @param ratio pixels of the screen to one of the page */
  paint(c: CanvasRenderingContext2D, format: PixelFormat, table: ColourTable, view: View, stage: Size, ratio: number): boolean {
    const held = this.#held.get(format.blob);
    if (held === undefined || this.#isLost) return false;
    // Used last, dropped last.
    this.#held.delete(format.blob); this.#held.set(format.blob, held);
    const gl = this.#gl, width = Math.max(1, Math.round(stage.width * ratio)), height = Math.max(1, Math.round(stage.height * ratio)), canvas = this.#canvas;
    if (canvas.width < width || canvas.height < height) { canvas.width = Math.max(canvas.width, width); canvas.height = Math.max(canvas.height, height); }
    gl.viewport(0, 0, width, height);
    gl.useProgram(this.#program);
    gl.activeTexture(gl.TEXTURE0); gl.bindTexture(gl.TEXTURE_2D, held.texture);
    gl.activeTexture(gl.TEXTURE1); gl.bindTexture(gl.TEXTURE_2D, this.#colours);
    if (this.#table !== table) { this.#table = table; gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, 256, table.rgba.length / 1024, gl.RGBA, gl.UNSIGNED_BYTE, table.rgba); }
    const first = toImage({ x: 0, y: 0 }, view), right = toImage({ x: 1 / ratio, y: 0 }, view), below = toImage({ x: 0, y: 1 / ratio }, view);
    gl.uniform1i(this.#uniform('samples'), 0); gl.uniform1i(this.#uniform('colours'), 1);
    gl.uniform2i(this.#uniform('size'), format.width, format.height);
    gl.uniform1ui(this.#uniform('sign'), format.sample === 'int16' ? 32_768 : 0);
    gl.uniform1i(this.#uniform('inColour'), format.channels === 3 ? 1 : 0);
    gl.uniform1i(this.#uniform('between'), view.scale < smoothBelow && view.scale * ratio !== 1 ? 1 : 0);
    gl.uniform1i(this.#uniform('taps'), Math.min(4, Math.max(1, Math.ceil(1 / (view.scale * ratio)))));
    gl.uniform2f(this.#uniform('first'), first.x, first.y);
    gl.uniform2f(this.#uniform('across'), right.x - first.x, right.y - first.y);
    gl.uniform2f(this.#uniform('down'), below.x - first.x, below.y - first.y);
    gl.uniform1f(this.#uniform('height'), height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    c.save();
    c.imageSmoothingEnabled = false;
    c.drawImage(canvas, 0, canvas.height - height, width, height, 0, 0, width / ratio, height / ratio);
    c.restore();
    return true;
  }
}

/** Whether the processor plays the graphics card, by the names that such drivers bear; Chromium does not call all of them slow. */
function isPlayed(gl: WebGL2RenderingContext): boolean {
  const told = gl.getExtension('WEBGL_debug_renderer_info'), name: unknown = gl.getParameter(told?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
  return typeof name !== 'string' || /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}

/** Below three screen pixels to one of the image its pixels are blended, above they are seen. */
export const smoothBelow = 3;
