/**
 * One marker is a square of 28 CSS pixels around its place. The vertex shader puts it where the glide between two fixes
 * is at this moment; the fragment shader draws a shape from its signed distance: an arrow (moving), a dot (standing)
 * or a hollow ring (stale). Positions are relative to the centre of the view in pairs of floats, see `mercator.ts`.
 */
export const vertexShader = `#version 300 es
precision highp float;
layout(location = 0) in vec4 place;    // high x, low x, high y, low y
layout(location = 1) in vec4 glide;    // delta x, delta y, start s, duration s
layout(location = 2) in vec3 motion;   // course in radians, speed m/s, fix time s
uniform mat4 matrix;                   // from unit square relative to the centre, to clip space
uniform vec4 centre;                   // as place
uniform float world;                   // copy of the world, 0 is the one in the middle
uniform float now;
uniform float bearing;
uniform vec2 pixel;                    // one CSS pixel in clip space
uniform float size;
out vec2 at;
flat out float kind;
flat out float fade;
const vec2 corners[4] = vec2[](vec2(-1.0, -1.0), vec2(1.0, -1.0), vec2(-1.0, 1.0), vec2(1.0, 1.0));
void main() {
  float left = glide.w > 0.0 ? 1.0 - clamp((now - glide.z) / glide.w, 0.0, 1.0) : 0.0;
  vec2 relative = vec2(place.x - centre.x + world, place.z - centre.z)
    + vec2(place.y - centre.y, place.w - centre.w) + glide.xy * left;
  float age = now - motion.z;
  bool stale = age > 300.0;
  kind = stale ? 2.0 : motion.y < 0.5 ? 1.0 : 0.0;
  fade = stale ? 0.62 : mix(1.0, 0.72, smoothstep(60.0, 300.0, age));
  vec2 corner = corners[gl_VertexID];
  at = corner * 14.0;
  float turn = kind == 0.0 ? motion.x - bearing : 0.0;
  vec2 offset = mat2(cos(turn), -sin(turn), sin(turn), cos(turn)) * at * size;
  vec4 position = matrix * vec4(relative, 0.0, 1.0);
  position.xy += offset * pixel * position.w;
  gl_Position = position;
}`;

export const fragmentShader = `#version 300 es
precision highp float;
in vec2 at;
flat in float kind;
flat in float fade;
uniform vec3 ink;
uniform vec3 halo;
uniform float chosen;
out vec4 colour;
float arrow(vec2 p) {
  vec2 v[4] = vec2[](vec2(0.0, 8.5), vec2(5.5, -6.5), vec2(0.0, -3.5), vec2(-5.5, -6.5));
  float d = dot(p - v[0], p - v[0]);
  float s = 1.0;
  for (int i = 0, j = 3; i < 4; j = i, i++) {
    vec2 e = v[j] - v[i];
    vec2 w = p - v[i];
    vec2 b = w - e * clamp(dot(w, e) / dot(e, e), 0.0, 1.0);
    d = min(d, dot(b, b));
    bvec3 c = bvec3(p.y >= v[i].y, p.y < v[j].y, e.x * w.y > e.y * w.x);
    if (all(c) || all(not(c))) s *= -1.0;
  }
  return s * sqrt(d);
}
void main() {
  float d = kind < 0.5 ? arrow(at) : kind < 1.5 ? length(at) - 4.5 : abs(length(at) - 4.0) - 1.1;
  float soft = 0.6;
  float body = 1.0 - smoothstep(-soft, soft, d);
  float edge = 1.0 - smoothstep(-soft, soft, d - 1.6);
  float ring = chosen * (1.0 - smoothstep(0.4, 1.2, abs(length(at) - 12.2)));
  float alpha = max(edge * fade, ring);
  if (alpha < 0.01) discard;
  vec3 tone = mix(halo, ink, max(body, ring));
  colour = vec4(tone * alpha, alpha);
}`;
