// Bottleneck without its Redis clients, which the bundle has no use for; it comes without types of its own.
declare module 'bottleneck/light.js' {
  export { default } from 'bottleneck';
}
