import Devices

/// How the value of one simulated point moves.
enum PointSignal: Sendable {
  /// Always these bits.
  case constant(UInt64)
  /// A text, as registers.
  case text([UInt16])
  /// To and fro between two numbers, as they stand in the device before scale and offset.
  case wave(low: Double, high: Double, periodSeconds: Double)
  /// One of these bit patterns after the other, in no order.
  case codes([UInt64])
  /// Some of these bits.
  case flags(UInt64)
  case clock(DateTimeLayout)

  /// New codes and flags come so often.
  static let codeSeconds: Int64 = 7
  /// The part of a range at each end that a wave keeps away from.
  static let margin = 0.05
  /// Where a profile gives no range.
  static let usualNumbers = 0.0...1_000.0
  static let usualFloats = 0.0...100.0

  /// The signal of a point of a profile.
  init(_ point: ProfilePoint, in profile: DeviceProfile, number: Int) {
    if let test = profile.selfTests.first(where: { $0.point == point.name }) {
      self = Self.expected(test.expectation, point)
      return
    }
    if let factor = Self.scaleNumber(point, in: profile) {
      self = .constant(RegisterEncoder.bits(factor, point.type))
      return
    }
    switch point.type {
    case .text(let layout):
      self = .text(RegisterEncoder.registers("SIM \(point.name)", layout))
    case .dateTime(let layout): self = .clock(layout)
    case .bool, .bit: self = .codes([0, 1])
    default:
      if !point.enumeration.isEmpty {
        self = .codes(point.enumeration.map { RegisterEncoder.bits(Double($0.code), point.type) })
      } else if !point.bitNames.isEmpty {
        self = .flags(point.bitNames.reduce(0) { $0 | 1 << UInt64($1.code) })
      } else {
        let range = Self.rawRange(point, factor: Self.factor(of: point, in: profile))
        self = .wave(
          low: range.lowerBound, high: range.upperBound,
          periodSeconds: 20 + 100 * SeededHash.unit(UInt64(number)))
      }
    }
  }

  /// What a point that fixes a known value holds.
  private static func expected(_ expectation: SelfTest.Expectation, _ point: ProfilePoint) -> PointSignal {
    switch (expectation, point.type) {
    case (.text(let text), .text(let layout)): .text(RegisterEncoder.registers(text, layout))
    case (.text, _): .constant(0)
    case (.number(let value), _):
      .constant(RegisterEncoder.bits((value - point.offset) / point.scale, point.type))
    }
  }

  /// What stands in a point that scales others; nil where it scales none.
  private static func scaleNumber(_ point: ProfilePoint, in profile: DeviceProfile) -> Double? {
    for other in profile.points where other.scaleSource?.point == point.name {
      switch other.scaleSource?.meaning {
      case .decimalPlaces: return 1
      case .exponent: return -1
      case .factor: return 1
      case .codes(let codes): return codes.keys.min().map(Double.init)
      case nil: continue
      }
    }
    return nil
  }

  /// The factor that ``scaleNumber(_:in:)`` of its scale source stands for.
  static func factor(of point: ProfilePoint, in profile: DeviceProfile) -> Double {
    switch point.scaleSource?.meaning {
    case .decimalPlaces, .exponent: 0.1
    case .factor, nil: 1
    case .codes(let codes): codes.min { $0.key < $1.key }?.value ?? 1
    }
  }

  /// What the point's range allows, in numbers as they stand in the device.
  private static func rawRange(_ point: ProfilePoint, factor: Double) -> ClosedRange<Double> {
    let holds = RegisterEncoder.numbers(point.type)
    let isFloat = [.float16, .float32, .float64].contains(point.type)
    let usual = isFloat ? usualFloats : usualNumbers
    func raw(_ value: Double) -> Double { (value - point.offset) / (point.scale * factor) }
    var ends: [Double]
    switch (point.minimum, point.maximum) {
    case (let low?, let high?): ends = [raw(low), raw(high)]
    case (let low?, nil): ends = [raw(low), raw(low + usualFloats.upperBound)]
    case (nil, let high?): ends = [raw(high - usualFloats.upperBound), raw(high)]
    case (nil, nil): ends = [usual.lowerBound, usual.upperBound]
    }
    ends = ends.sorted().map { min(max($0, holds.lowerBound), holds.upperBound) }
    let inset = (ends[1] - ends[0]) * margin
    return (ends[0] + inset)...(ends[1] - inset)
  }
}
