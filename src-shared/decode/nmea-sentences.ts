/**
 * What the fields of the common sentences are, in their order (NMEA 0183 as published by its readers:
 * gpsd's “NMEA Revealed”). `latitude`, `longitude` are followed by their hemisphere.
 */
const LATITUDE = ['latitude', 'north or south'];
const LONGITUDE = ['longitude', 'east or west'];
const POSITION = [...LATITUDE, ...LONGITUDE];
const STEER = 'steer';

function repeated(names: readonly string[], times: number): string[] {
  return Array.from({ length: times }, () => names).flat();
}

const satellites = (count: number) => Array.from({ length: count }, (_, n) => `satellite ${n + 1}`);

const AIS = [
  'fragment count',
  'fragment number',
  'message ID',
  'radio channel',
  'payload',
  'fill bits',
];

export const SENTENCES = new Map<string, readonly string[]>([
  [
    'GGA',
    [
      'time',
      ...POSITION,
      'quality',
      'satellites in use',
      'HDOP',
      'altitude',
      'altitude unit',
      'geoid separation',
      'separation unit',
      'age of differential data',
      'reference station',
    ],
  ],
  [
    'RMC',
    [
      'time',
      'status',
      ...POSITION,
      'speed over ground',
      'course over ground',
      'date',
      'magnetic variation',
      'variation direction',
      'mode',
      'navigational status',
    ],
  ],
  ['GLL', [...POSITION, 'time', 'status', 'mode']],
  ['GSA', ['selection', 'fix', ...satellites(12), 'PDOP', 'HDOP', 'VDOP', 'system']],
  [
    'GSV',
    [
      'messages',
      'message number',
      'satellites in view',
      ...repeated(['satellite', 'elevation', 'azimuth', 'SNR'], 4),
      'signal',
    ],
  ],
  [
    'GNS',
    [
      'time',
      ...POSITION,
      'mode',
      'satellites in use',
      'HDOP',
      'altitude',
      'geoid separation',
      'age of differential data',
      'reference station',
      'navigational status',
    ],
  ],
  [
    'GST',
    [
      'time',
      'RMS',
      'semi-major deviation',
      'semi-minor deviation',
      'orientation',
      'latitude deviation',
      'longitude deviation',
      'altitude deviation',
    ],
  ],
  [
    'GBS',
    [
      'time',
      'latitude error',
      'longitude error',
      'altitude error',
      'satellite',
      'probability of missing',
      'bias',
      'bias deviation',
    ],
  ],
  [
    'VTG',
    [
      'course true',
      'T',
      'course magnetic',
      'M',
      'speed in knots',
      'N',
      'speed in km/h',
      'K',
      'mode',
    ],
  ],
  ['ZDA', ['time', 'day', 'month', 'year', 'zone hours', 'zone minutes']],
  [
    'DTM',
    [
      'datum',
      'subdivision',
      'latitude offset',
      'north or south',
      'longitude offset',
      'east or west',
      'altitude offset',
      'reference datum',
    ],
  ],
  ['HDT', ['heading true', 'T']],
  ['HDM', ['heading magnetic', 'M']],
  ['HDG', ['heading', 'deviation', 'deviation direction', 'variation', 'variation direction']],
  ['ROT', ['rate of turn', 'status']],
  ['RSA', ['starboard rudder', 'status', 'port rudder', 'port status']],
  ['RPM', ['source', 'number', 'speed', 'pitch', 'status']],
  ['DBT', ['depth in feet', 'f', 'depth in metres', 'M', 'depth in fathoms', 'F']],
  ['DBS', ['depth in feet', 'f', 'depth in metres', 'M', 'depth in fathoms', 'F']],
  ['DPT', ['depth', 'offset', 'range scale']],
  ['MTW', ['water temperature', 'unit']],
  ['MWV', ['wind angle', 'reference', 'wind speed', 'speed unit', 'status']],
  [
    'MWD',
    [
      'wind direction true',
      'T',
      'wind direction magnetic',
      'M',
      'wind speed in knots',
      'N',
      'wind speed in m/s',
      'M',
    ],
  ],
  ['VWR', ['wind angle', 'side', 'speed in knots', 'N', 'speed in m/s', 'M', 'speed in km/h', 'K']],
  [
    'VHW',
    ['heading true', 'T', 'heading magnetic', 'M', 'speed in knots', 'N', 'speed in km/h', 'K'],
  ],
  ['VLW', ['total distance', 'N', 'distance since reset', 'N']],
  [
    'VBW',
    [
      'longitudinal water speed',
      'transverse water speed',
      'status',
      'longitudinal ground speed',
      'transverse ground speed',
      'ground status',
    ],
  ],
  ['XTE', ['status', 'lock status', 'cross-track error', STEER, 'unit', 'mode']],
  [
    'RMB',
    [
      'status',
      'cross-track error',
      STEER,
      'origin waypoint',
      'destination waypoint',
      ...POSITION,
      'range',
      'bearing',
      'closing speed',
      'arrival',
      'mode',
    ],
  ],
  [
    'APB',
    [
      'status',
      'lock status',
      'cross-track error',
      STEER,
      'unit',
      'circle entered',
      'perpendicular passed',
      'bearing origin to destination',
      'reference',
      'destination waypoint',
      'bearing present to destination',
      'present reference',
      'heading to steer',
      'steer reference',
      'mode',
    ],
  ],
  [
    'BOD',
    ['bearing true', 'T', 'bearing magnetic', 'M', 'destination waypoint', 'origin waypoint'],
  ],
  [
    'BWC',
    [
      'time',
      ...POSITION,
      'bearing true',
      'T',
      'bearing magnetic',
      'M',
      'distance',
      'N',
      'waypoint',
      'mode',
    ],
  ],
  ['AAM', ['circle entered', 'perpendicular passed', 'circle radius', 'N', 'waypoint']],
  ['WPL', [...POSITION, 'waypoint']],
  ['RTE', ['messages', 'message number', 'type', 'route', ...repeated(['waypoint'], 20)]],
  ['XDR', repeated(['type', 'measurement', 'unit', 'transducer'], 10)],
  ['TXT', ['messages', 'message number', 'identifier', 'text']],
  ['ALM', ['messages', 'message number', 'satellite', 'week']],
  ['VDM', AIS],
  ['VDO', AIS],
]);

/** Who talks: the two letters in front (NMEA 0183 table 4), those met most. */
export const TALKERS = new Map([
  ['AI', 'AIS'],
  ['BD', 'BeiDou'],
  ['GA', 'Galileo'],
  ['GB', 'BeiDou'],
  ['GI', 'NavIC'],
  ['GL', 'GLONASS'],
  ['GN', 'GNSS'],
  ['GP', 'GPS'],
  ['GQ', 'QZSS'],
  ['HC', 'magnetic compass'],
  ['HE', 'gyro'],
  ['II', 'integrated instrumentation'],
  ['IN', 'integrated navigation'],
  ['SD', 'depth sounder'],
  ['VW', 'speed sensor'],
  ['WI', 'weather instruments'],
  ['YX', 'transducer'],
]);
