/** What our icons are given; every lucide icon takes it. */
export interface IconProps {
  size?: number | string;
  strokeWidth?: number | string;
  'aria-hidden'?: 'true';
}
