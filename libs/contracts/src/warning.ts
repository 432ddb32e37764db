/** Something that was asked for and not done, or done differently. Never in silence. */
export interface Warning {
  /** For machines: `unsupported_option`, `clipped`, `deprecated`, ... */
  code: 'unsupported_option' | 'clipped' | 'deprecated' | 'partial';
  /** The request field it is about. */
  param?: string;
  message: string;
}
