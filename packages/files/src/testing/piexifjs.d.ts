declare module "piexifjs" {
  type Tags = Record<number, unknown>;
  const piexif: {
    ImageIFD: { Make: number; Orientation: number };
    ExifIFD: { DateTimeOriginal: number };
    GPSIFD: { GPSLatitudeRef: number; GPSLatitude: number; GPSLongitudeRef: number; GPSLongitude: number };
    GPSHelper: { degToDmsRational(degrees: number): unknown };
    dump(tags: Record<string, Tags>): string;
    insert(exif: string, jpeg: string): string;
    load(jpeg: string): Record<"0th" | "Exif" | "GPS", Tags>;
  };
  export default piexif;
}
