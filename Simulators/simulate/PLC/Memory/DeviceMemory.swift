import Devices

/// What a simulated device has in its tables; each value is a function of the device's number and the time.
protocol DeviceMemory: Sendable {
  /// Whether the device knows the functions of this table at all.
  func serves(_ table: RegisterTable) -> Bool

  /// Whether all these addresses can be read.
  func isReadable(_ table: RegisterTable, _ addresses: Range<Int>) -> Bool

  /// Whether a value, or a group of values that belong together, lies partly inside and partly outside.
  func cutsValue(_ table: RegisterTable, _ addresses: Range<Int>) -> Bool

  /// Whether all these addresses may be written where the simulation allows writing.
  func isWritable(_ table: RegisterTable, _ addresses: Range<Int>) -> Bool

  /// Puts registers, or 0 and 1 for bits, into `words`, which has a zero for each address.
  ///
  /// - Parameter noValueRate: share of the values, 0 to 1, that are replaced by NaN or a sentinel.
  func read(
    _ table: RegisterTable, _ addresses: Range<Int>, device: Int, at moment: Moment, noValueRate: Double,
    into words: inout [UInt16])
}

/// One time in the forms that a simulation needs.
struct Moment: Hashable, Sendable {
  /// Since 1970, UTC.
  var utcMicroseconds: Int64
  /// Since the simulation began, in scenario seconds.
  var seconds: Double
}

/// Numbers that depend on nothing but their key.
enum SeededHash {
  /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
  static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = value &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// From 0 to below 1.
  static func unit(_ value: UInt64) -> Double { Double(mixed(value) >> 11) * 0x1p-53 }
}
