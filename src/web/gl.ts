/** Locations of a program's uniforms by name. */
export type Uniforms<Name extends string> = Readonly<Record<Name, WebGLUniformLocation | null>>;

/** Compiles and links; throws with the driver's own words when it cannot. */
export function linkProgram(gl: WebGL2RenderingContext, vertex: string, fragment: string): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(kind);
    if (!shader) throw new Error("WebGL made no shader: the context is lost");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) {
      throw new Error(
        `A marker shader does not compile: ${gl.getShaderInfoLog(shader) ?? "no reason given"}`,
      );
    }
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
    throw new Error(
      `The marker program does not link: ${gl.getProgramInfoLog(program) ?? "no reason given"}`,
    );
  }
  return program;
}

/** Looks up the uniforms that are called `names`. */
export function uniformsOf<Name extends string>(
  gl: WebGL2RenderingContext,
  program: WebGLProgram,
  names: readonly Name[],
): Uniforms<Name> {
  const pairs = names.map((name) => [name, gl.getUniformLocation(program, name)] as const);
  return Object.fromEntries(pairs) as Record<Name, WebGLUniformLocation | null>;
}
