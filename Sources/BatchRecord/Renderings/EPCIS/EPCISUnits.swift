/// Units as people write them, as UN/ECE Recommendation 20 codes them, and what the GS1 Web Vocabulary says they measure.
enum EPCISUnits {
  struct Unit: Hashable {
    var measurement: String
    /// The common code of UN/ECE Recommendation 20.
    var code: String
  }

  /// Nil for a unit that is not listed; nothing is guessed.
  static func unit(_ text: String) -> Unit? { units[text] }

  /// How many, not how much: counted without a unit (EPCIS 2.0, 7.3.3.3).
  static let pieces: Set<String> = [
    "pcs", "pc", "piece", "pieces", "ea", "each", "C62", "EA", "H87", "unit", "u", "Unit", "个", "件", "只", "支",
  ]

  static let codes = Set(units.values.map(\.code))

  /// What a unit may measure; empty for a code that is not listed.
  static func measurements(code: String) -> Set<String> {
    Set(units.values.filter { $0.code == code }.map(\.measurement))
  }

  private static let units: [String: Unit] = [
    "°C": Unit(measurement: "Temperature", code: "CEL"), "K": Unit(measurement: "Temperature", code: "KEL"),
    "°F": Unit(measurement: "Temperature", code: "FAH"), "bar": Unit(measurement: "Pressure", code: "BAR"),
    "mbar": Unit(measurement: "Pressure", code: "MBR"), "Pa": Unit(measurement: "Pressure", code: "PAL"),
    "kPa": Unit(measurement: "Pressure", code: "KPA"), "MPa": Unit(measurement: "Pressure", code: "MPA"),
    "N": Unit(measurement: "Force", code: "NEW"), "s": Unit(measurement: "Time", code: "SEC"),
    "ms": Unit(measurement: "Time", code: "C26"), "min": Unit(measurement: "Time", code: "MIN"),
    "h": Unit(measurement: "Time", code: "HUR"), "m": Unit(measurement: "Length", code: "MTR"),
    "cm": Unit(measurement: "Length", code: "CMT"), "mm": Unit(measurement: "Length", code: "MMT"),
    "kg": Unit(measurement: "Mass", code: "KGM"), "g": Unit(measurement: "Mass", code: "GRM"),
    "mg": Unit(measurement: "Mass", code: "MGM"), "l": Unit(measurement: "Volume", code: "LTR"),
    "L": Unit(measurement: "Volume", code: "LTR"), "ml": Unit(measurement: "Volume", code: "MLT"),
    "V": Unit(measurement: "Voltage", code: "VLT"), "A": Unit(measurement: "ElectricCurrent", code: "AMP"),
    "W": Unit(measurement: "Power", code: "WTT"), "kW": Unit(measurement: "Power", code: "KWT"),
    "Hz": Unit(measurement: "Frequency", code: "HTZ"), "m/s": Unit(measurement: "Speed", code: "MTS"),
    "%": Unit(measurement: "Dimensionless", code: "P1"), "%RH": Unit(measurement: "RelativeHumidity", code: "P1"),
  ]
}
